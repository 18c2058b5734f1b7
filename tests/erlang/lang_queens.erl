%% The eight queens by backtracking, by exceptions, and counted.
-module(lang_queens).
-export([main/0]).

main() ->
    {length(queens(6)), hd(queens(8)), first(8), length(queens(7))}.

queens(N) -> place(N, N).

place(_, 0) -> [[]];
place(N, K) -> [[Q | B] || B <- place(N, K - 1), Q <- lists:seq(1, N), safe(Q, B, 1)].

safe(_, [], _) -> true;
safe(Q, [H | T], D) -> Q =/= H andalso abs(Q - H) =/= D andalso safe(Q, T, D + 1).

first(N) -> try search(N, N, []) catch throw:{found, B} -> B end.

search(_, 0, B) -> throw({found, B});
search(N, K, B) -> [search(N, K - 1, [Q | B]) || Q <- lists:seq(1, N), safe(Q, B, 1)], none.
