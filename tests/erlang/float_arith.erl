%% The four operations on floats follow IEEE 754.
-module(float_arith).
-export([main/0, id/1]).

main() ->
    Fs = [id(0.1), 0.2, -0.3, 1.0e10, 1.0e-10, 3.141592653589793, 1.0e300],
    [{X + Y, X - Y, X * Y, X / Y} || X <- Fs, Y <- [id(0.2), -7.0, 1.0e5]].

%% Hides a value from the compiler.
id(X) -> X.
