%% ~P and ~W cut terms at a depth; chars_limit cuts at a length.
-module(otp_io_depth_limits).
-export([main/0]).

main() ->
    T = {a, [b, {c, [d, {e, [f, #{g => {h, [i]}}]}]}], "a long string of text", <<"a long binary of bytes">>,
        lists:seq(1, 30)},
    {[lists:flatten(io_lib:format("~P", [T, N])) || N <- [0, 1, 2, 3, 5, 8, 12, 30]],
     [lists:flatten(io_lib:format("~W", [T, N])) || N <- [1, 3, 5, 10]],
      [lists:flatten(io_lib:format("~p", [T], [{chars_limit, N}])) || N <- [0, 10, 30, 60, 100]],
       lists:flatten(io_lib:format("~0p|~0P", [T, T, 4]))}.
