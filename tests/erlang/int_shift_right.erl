%% bsr rounds towards minus infinity, whatever the size, and shifts left with a negative count.
-module(int_shift_right).
-export([main/0, id/1]).

main() ->
    Ns = [id(1), -1, 5, -5, 16#7FFFFFFFFFFFFFFFFFFF, -16#80000000000000000001, -(1 bsl 64), -(1 bsl 64) - 1],
    [[N bsr S || S <- [id(0), 1, 2, 31, 32, 59, 60, 63, 64, 65, 79, 80, 1000, -1, -64]] || N <- Ns].

%% Hides a value from the compiler.
id(X) -> X.
