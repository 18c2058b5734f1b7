%% Newton's integer square root of numbers of hundreds of digits.
-module(int_isqrt_newton).
-export([main/0, id/1]).

main() ->
    [begin N = id(B), R = isqrt(N), {R, R * R =< N, (R + 1) * (R + 1) > N} end
     || B <- [1, 2, 99, 1 bsl 60, (1 bsl 120) - 1,
     2 * 100000000000000000000000000000000000000000000000000000000000000]].

isqrt(N) -> isqrt(N, N).
isqrt(N, X) ->
    case (X + N div X) div 2 of
        Y when Y >= X -> X;
        Y -> isqrt(N, Y)
    end.

%% Hides a value from the compiler.
id(X) -> X.
