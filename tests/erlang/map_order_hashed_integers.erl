%% A map of more than 32 integer keys lists them in OTP's order of hashes.
-module(map_order_hashed_integers).
-export([main/0]).

main() ->
    M = maps:from_list([{I, I * I} || I <- lists:seq(1, 100)]),
    {maps:keys(M), maps:keys(maps:from_list([{I, x} || I <- lists:seq(-20, 20)])),
     maps:to_list(maps:from_list([{I * 1000000007, I} || I <- lists:seq(1, 33)]))}.
