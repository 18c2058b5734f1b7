-module(rows).
-export([reverse/1, zip/2, squares/1, last/1]).

reverse(List) -> reverse(List, []).

reverse([Head | Tail], Acc) -> reverse(Tail, [Head | Acc]);
reverse([], Acc) -> Acc.

zip([A | As], [B | Bs]) -> [{A, B} | zip(As, Bs)];
zip([], []) -> [].

squares(Numbers) -> [N * N || N <- Numbers, is_integer(N), N > 0].

last([Last]) -> Last;
last([_ | Rest]) -> last(Rest).
