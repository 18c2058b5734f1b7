%% A binary comprehension over 100,000 bytes, and its inverse.
-module(bin_comprehension_large).
-export([main/0]).

main() ->
    B = << <<(I * 7)>> || I <- lists:seq(1, 100000) >>,
    X = << <<(C bxor 16#5A)>> || <<C>> <= B >>,
    {byte_size(B), erlang:crc32(B), << <<(C bxor 16#5A)>> || <<C>> <= X >> =:= B, lists:sum([C || <<C>> <= B]),
     bit_size(<< <<C:3>> || <<C>> <= B >>)}.
