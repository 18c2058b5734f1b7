%% 0.0 and -0.0 print differently; on OTP 25 they compare and match as equal.
-module(float_negative_zero).
-export([main/0, id/1]).

main() ->
    Z = id(0.0), N = -Z,
    {N, Z, N == Z, N =:= Z, N < Z, Z * -1, 1.0 * N, abs(N), N + Z, N - Z, round(N), float_to_list(N),
     <<N/float>>, <<Z/float>>, math:sqrt(N), term_to_binary(N), {Z} =:= {N},
     erlang:phash2(N) =:= erlang:phash2(Z)}.

%% Hides a value from the compiler.
id(X) -> X.
