%% Integer segments of every size, endianness and sign.
-module(bin_build_integers).
-export([main/0, id/1]).

main() ->
    Ns = [id(0), 1, -1, 16#1234, -16#1234, 16#123456789ABCDEF0, 1 bsl 70],
    [[<<N:8>>, <<N:16>>, <<N:16/little>>, <<N:24>>, <<N:24/little>>, <<N:32/signed>>, <<N:32/little-signed>>,
     <<N:64>>, <<N:64/little>>, <<N:72>>, <<N:72/little>>, <<N:128/native>>] || N <- Ns].

%% Hides a value from the compiler.
id(X) -> X.
