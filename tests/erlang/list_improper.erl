%% Improper lists are built, matched and printed.
-module(list_improper).
-export([main/0, id/1]).

main() ->
    L = id([1, 2 | 3]),
    [H | T] = L, [_ | [_ | Z]] = L,
    io:format("~p ~w~n", [L, [a | b]]),
    {H, T, Z, is_list(L), L =:= [1 | [2 | 3]], [0] ++ L, e(fun() -> L ++ [4] end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
