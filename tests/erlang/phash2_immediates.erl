%% erlang:phash2 of integers, atoms, nil and booleans is that of OTP.
-module(phash2_immediates).
-export([main/0, id/1]).

main() ->
    [erlang:phash2(T) || T <- [id(0), 1, -1, 2, 100, 255, 256, 65535, 65536, (1 bsl 26), (1 bsl 27) - 1,
     1 bsl 27, 1 bsl 28, (1 bsl 32) - 1, 1 bsl 32, (1 bsl 59) - 1, -(1 bsl 59), -100000, -(1 bsl 28),
                               a, b, true, false, undefined, ok, '', 'hello world', abcdefghijklmnop, [], nil]].

%% Hides a value from the compiler.
id(X) -> X.
