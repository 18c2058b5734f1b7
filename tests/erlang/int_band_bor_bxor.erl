%% band, bor and bxor act on two's complement of unbounded width.
-module(int_band_bor_bxor).
-export([main/0, id/1]).

main() ->
    Ns = [id(0), 1, -1, 16#FF, -256, (1 bsl 59) - 1, -(1 bsl 59), 1 bsl 64, -(1 bsl 64), (1 bsl 70) + 5,
        -(1 bsl 70) - 5, (1 bsl 128) - 1],
    [{X band Y, X bor Y, X bxor Y} || X <- Ns, Y <- Ns].

%% Hides a value from the compiler.
id(X) -> X.
