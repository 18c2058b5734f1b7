%% Little-endian integers whose size is no multiple of eight, at every offset.
-module(bin_match_odd_little).
-export([main/0, id/1]).

main() ->
    B = id(<<16#123456789ABCDEF0FEDC:80>>),
    [begin <<_:O, L:S/little, U:S/little-signed, _/bits>> = B, {O, S, L, U} end
     || O <- [0, 1, 5, 8], S <- [1, 3, 7, 9, 12, 17, 31, 33]].

%% Hides a value from the compiler.
id(X) -> X.
