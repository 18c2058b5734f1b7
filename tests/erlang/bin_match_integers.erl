%% Matching integers of every size, endianness and sign out of one binary.
-module(bin_match_integers).
-export([main/0, id/1]).

main() ->
    B = id(<<16#FEDCBA9876543210FEDCBA9876543210:128>>),
    <<A1:8, A2:16, A3:24, A4:32, A5:48>> = B,
        <<B1:8/signed, B2:16/little, B3:24/little-signed, B4:32/little, B5:48/signed-little>> = B,
        <<C1:64, C2:64/signed>> = B, <<D1:64/little, D2:64/little-signed>> = B,
        <<E1:1, E2:7, E3:3/signed, E4:13, E5:72, E6:32>> = B, <<F:128/signed>> = B, <<G:128/little>> = B,
    {A1, A2, A3, A4, A5, B1, B2, B3, B4, B5, C1, C2, D1, D2, E1, E2, E3, E4, E5, E6, F, G}.

%% Hides a value from the compiler.
id(X) -> X.
