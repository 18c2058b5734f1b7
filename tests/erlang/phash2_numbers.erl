%% erlang:phash2 of big integers and floats is that of OTP.
-module(phash2_numbers).
-export([main/0, id/1]).

main() ->
    [erlang:phash2(T) || T <- [id(1 bsl 59), -(1 bsl 59) - 1, 1 bsl 63, (1 bsl 64) - 1, 1 bsl 64, -(1 bsl 64),
     (1 bsl 96) + 7, 1 bsl 100, (1 bsl 128) - 1, -(1 bsl 200),
                               0.0, 1.0, -1.0, 1.5, 3.141592653589793, 1.0e100, 5.0e-324, 123456789.987654321]].

%% Hides a value from the compiler.
id(X) -> X.
