%% A hundred thousand appends make what list_to_binary makes.
-module(bin_append_large).
-export([main/0]).

main() ->
    B = build(100000, <<>>), L = << <<(I rem 256)>> || I <- lists:seq(100000, 1, -1) >>,
    {byte_size(B), B =:= L, erlang:md5(B) =:= erlang:md5(L), erlang:crc32(B)}.

build(0, B) -> B;
build(N, B) -> build(N - 1, <<B/binary, (N rem 256)>>).
