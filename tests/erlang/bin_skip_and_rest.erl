%% Skips of every size and the rest behind them.
-module(bin_skip_and_rest).
-export([main/0, id/1]).

main() ->
    B = id(<<1, 2, 3, 4, 5, 6, 7, 8, 9>>),
    [begin <<_:N, R/bits>> = B, {N, bit_size(R), R} end || N <- [0, 1, 7, 8, 31, 64, 71, 72]]
     ++ [case B of <<_:73, _/bits>> -> yes; _ -> no end,
     case B of <<_:3/binary, X:2/binary, _/binary>> -> X end, case B of <<_:9/binary>> -> whole end].

%% Hides a value from the compiler.
id(X) -> X.
