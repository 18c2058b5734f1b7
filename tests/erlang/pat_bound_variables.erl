%% A variable bound before matches by value in case, match and receive.
-module(pat_bound_variables).
-export([main/0, id/1]).

main() ->
    X = id(5), K = id(key),
    self() ! {other, 1}, self() ! {K, 2},
    {case {5, 6} of {X, Y} -> Y; _ -> no end, case {6, 5} of {X, _} -> yes; {_, X} -> second end,
     begin {X, Z} = {5, id(z)}, Z end, receive {K, V} -> V end, receive {_, W} -> W end,
     case #{K => 1} of #{K := N} -> N end, e(fun() -> {X, _} = id({7, 7}) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
