%% bsl across word borders, and with a negative count.
-module(int_shift_left).
-export([main/0, id/1]).

main() ->
    Ns = [id(1), -1, 3, -3, 16#123456789ABCDEF, -16#123456789ABCDEF, (1 bsl 100) + 1],
    [[N bsl S || S <- [id(0), 1, 31, 32, 58, 59, 60, 63, 64, 65, 127, 128, -1, -32, -64, -200]] || N <- Ns].

%% Hides a value from the compiler.
id(X) -> X.
