%% The operator / gives a float also of integers of any size.
-module(int_slash_division).
-export([main/0, id/1]).

main() ->
    [X / Y || {X, Y} <- [{id(1), 2}, {6, 3}, {-7, 2}, {1, 3}, {1 bsl 64, 1 bsl 60}, {(1 bsl 100) + 1, 3},
     {10, -4}]]
        ++ [e(fun() -> id(1) / id(0) end), e(fun() -> id(1) / id(0.0) end),
            e(fun() -> id(1 bsl 2000) / id(1) end), e(fun() -> id(1) / id(1 bsl 2000) end)].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
