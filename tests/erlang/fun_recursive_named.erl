%% Named funs recurse, with several clauses and accumulators.
-module(fun_recursive_named).
-export([main/0]).

main() ->
    Fact = fun F(0) -> 1; F(N) -> N * F(N - 1) end, Len = fun L([], N) -> N; L([_ | T], N) -> L(T, N + 1) end,
        Y = fun(F) -> (fun(X) -> X(X) end)(fun(X) -> F(fun(A) -> (X(X))(A) end) end) end,
    {Fact(20), Len(lists:seq(1, 1000), 0), (Y(fun(Self) -> fun(0) -> 1; (N) -> N * Self(N - 1) end end))(10),
     is_function(Fact, 1)}.
