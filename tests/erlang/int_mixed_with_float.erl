%% Arithmetic of an integer and a float gives a float.
-module(int_mixed_with_float).
-export([main/0, id/1]).

main() ->
    [{X + Y, X - Y, X * Y, X / Y} || {X, Y} <- [{id(1), 2.5}, {2.5, 1}, {-3, 0.5}, {1 bsl 60, 1.0},
     {1.0, 1 bsl 70}, {1 bsl 200, 3.0}, {0, 1.5}]].

%% Hides a value from the compiler.
id(X) -> X.
