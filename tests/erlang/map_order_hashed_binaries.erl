%% A map of more than 32 binary, string or tuple keys lists them in OTP's order.
-module(map_order_hashed_binaries).
-export([main/0]).

main() ->
    {maps:keys(maps:from_list([{integer_to_binary(I), I} || I <- lists:seq(1, 50)])),
     maps:keys(maps:from_list([{{I, I}, I} || I <- lists:seq(1, 40)])),
     maps:keys(maps:from_list([{"k" ++ integer_to_list(I), I} || I <- lists:seq(1, 40)]))}.
