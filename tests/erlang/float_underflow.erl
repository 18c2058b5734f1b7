%% Results too small for a normal float become subnormal, then zero.
-module(float_underflow).
-export([main/0, id/1]).

main() ->
    Tiny = id(2.2250738585072014e-308),
    [Tiny / 2, Tiny / 1.0e10, id(5.0e-324) / 2, -Tiny * Tiny, math:exp(id(-1000)), id(5.0e-324) * 3].

%% Hides a value from the compiler.
id(X) -> X.
