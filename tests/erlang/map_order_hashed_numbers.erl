%% Hashed maps of floats, big integers and mixed nested keys, in OTP's order.
-module(map_order_hashed_numbers).
-export([main/0]).

main() ->
    {maps:keys(maps:from_list([{I / 3, I} || I <- lists:seq(1, 40)])),
     maps:keys(maps:from_list([{(1 bsl 64) + I, I} || I <- lists:seq(1, 40)])),
     maps:keys(maps:from_list([{-(1 bsl 60) - I, I} || I <- lists:seq(1, 35)])),
     maps:keys(maps:from_list([{[I, <<I>>, {I / 2}], I} || I <- lists:seq(1, 35)]))}.
