%% Multiplication of small and big integers, with every pair of signs.
-module(int_mul).
-export([main/0, id/1]).

main() ->
    Ns = [id(0), 1, -1, 3, -7, 1 bsl 29, 1 bsl 30, -(1 bsl 30), (1 bsl 59) - 1, -(1 bsl 59), 1 bsl 60,
        (1 bsl 64) - 1, -(1 bsl 100) + 1],
    [X * Y || X <- Ns, Y <- Ns].

%% Hides a value from the compiler.
id(X) -> X.
