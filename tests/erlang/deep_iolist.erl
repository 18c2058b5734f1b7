%% An iolist 300,000 deep is flattened by BIFs and by lists:flatten.
-module(deep_iolist).
-export([main/0]).

main() ->
    L = nest(300000, "end"), {iolist_size(L), byte_size(iolist_to_binary(L)), erlang:crc32(L),
        erlang:adler32(L), length(lists:flatten(L))}.

nest(0, T) -> T;
nest(N, T) -> nest(N - 1, [$a + N rem 26, T]).
