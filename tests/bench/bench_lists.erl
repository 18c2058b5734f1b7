%% Lists: building, walking, sorting.
-module(bench_lists).

-export([programs/0]).

programs() ->
    [{naive_reverse, 1, fun() -> lists:seq(1, 300) end, fun(L) -> repeat(500, fun() -> nrev(L) end) end},
     {nqueens, 43, fun() -> 9 end, fun queens/1},
     {sort_random, 5, fun() -> random(100000) end, fun lists:sort/1},
     {sort_fun, 4, fun() -> random(50000) end, fun(L) -> lists:sort(fun(A, B) -> A >= B end, L) end},
     {keysort, 4, fun() -> [{X, X rem 7} || X <- random(50000)] end, fun(L) -> lists:keysort(2, lists:keysort(1, L)) end},
     {map_filter_fold, 1, fun() -> lists:seq(1, 100000) end,
      fun(L) -> repeat(20, fun() -> lists:foldl(fun(X, S) -> X + S end, 0, lists:filter(fun(X) -> X rem 3 =/= 0 end, lists:map(fun(X) -> X * X end, L))) end) end},
     {comprehension, 30, fun() -> lists:seq(1, 300) end,
      fun(L) -> repeat(10, fun() -> length([{X, Y} || X <- L, Y <- L, X + Y =:= 300 orelse X =:= Y]) end) end},
     {append_reverse, 4, fun() -> lists:seq(1, 1000) end,
      fun(L) -> repeat(2000, fun() -> lists:reverse(L ++ [1, 2, 3]) end) end},
     {member_keyfind, 43, fun() -> {lists:seq(1, 1000), [{X, X} || X <- lists:seq(1, 1000)]} end,
      fun({L, K}) -> lists:sum([element(2, lists:keyfind(X, 1, K)) || X <- L, lists:member(X, L)]) end},
     {seq_sum_zip, 1, fun() -> 100000 end,
      fun(N) -> repeat(10, fun() -> lists:sum([A * B || {A, B} <- lists:zip(lists:seq(1, N), lists:seq(N, 1, -1))]) end) end}].

repeat(1, F) -> F();
repeat(N, F) -> F(), repeat(N - 1, F).

nrev([]) -> [];
nrev([H | T]) -> app(nrev(T), [H]).

app([], L) -> L;
app([H | T], L) -> [H | app(T, L)].

queens(N) -> length(place(N, lists:seq(1, N), [])).

place(0, _, Placed) -> [Placed];
place(N, Columns, Placed) ->
    lists:append([place(N - 1, Columns -- [C], [C | Placed]) || C <- Columns, safe(C, 1, Placed)]).

safe(_, _, []) -> true;
safe(C, D, [P | Rest]) -> C =/= P + D andalso C =/= P - D andalso safe(C, D + 1, Rest).

random(N) -> random(N, 12345).

random(0, _) -> [];
random(N, X) ->
    Y = (X * 1103515245 + 12345) band 16#7FFFFFFF,
    [Y | random(N - 1, Y)].
