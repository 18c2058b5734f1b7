%% A chain of 10,000 nested closures is called through.
-module(fun_deep_calls).
-export([main/0]).

main() ->
    F = lists:foldl(fun(I, G) -> fun(X) -> G(X + I) end end, fun(X) -> X end, lists:seq(1, 10000)),
    H = lists:foldl(fun(_, G) -> fun(X) -> 1 + G(X) end end, fun(X) -> X end, lists:seq(1, 10000)),
    {F(0), H(0)}.
