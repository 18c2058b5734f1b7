%% Addition and subtraction of small and big integers, across the limits of a small one.
-module(int_add_sub).
-export([main/0, id/1]).

main() ->
    Small = (1 bsl 59) - 1,
    Ns = [id(0), 1, -1, 42, Small, Small + 1, -Small, -Small - 1, -Small - 2, 1 bsl 63, 1 bsl 64, -(1 bsl 64),
        1 bsl 128],
    [{X + Y, X - Y} || X <- Ns, Y <- Ns].

%% Hides a value from the compiler.
id(X) -> X.
