%% Modular powers of big integers: a Fermat test of Mersenne numbers.
-module(int_pow_mod).
-export([main/0]).

main() ->
    [{P, pow(3, (1 bsl P) - 2, (1 bsl P) - 1) =:= 1, pow(7, (1 bsl P), 1000000007)}
     || P <- [13, 17, 31, 61, 67, 89, 127]].

pow(_, 0, _) -> 1;
pow(B, E, M) when E band 1 =:= 0 -> pow(B * B rem M, E bsr 1, M);
pow(B, E, M) -> B * pow(B, E - 1, M) rem M.
