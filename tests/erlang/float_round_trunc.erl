%% round, trunc, floor and ceil of floats of every size and of integers.
-module(float_round_trunc).
-export([main/0, id/1]).

main() ->
    [{round(F), trunc(F), floor(F), ceil(F)}
     || F <- [id(0.0), 0.5, -0.5, 1.5, -1.5, 2.5, 0.49999999999999994, 1.0e10, -1.0e18, 1.0e19, 1.0e30,
     -1.0e100, 4503599627370495.5, 4503599627370496.5, 7, -7, 1 bsl 70]].

%% Hides a value from the compiler.
id(X) -> X.
