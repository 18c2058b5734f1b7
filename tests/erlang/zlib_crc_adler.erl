%% Checksums of zlib's module and of erlang agree; safeInflate gives chunks.
-module(zlib_crc_adler).
-export([main/0]).

main() ->
    D = binary:copy(<<"0123456789abcdef">>, 1000), C = zlib:compress(D), I = zlib:open(), zlib:inflateInit(I),
    R = {erlang:crc32(D), erlang:adler32(D), drain(I, zlib:safeInflate(I, C), 0),
        byte_size(zlib:gunzip(zlib:gzip(D))), erlang:crc32(zlib:gzip(D))}, zlib:close(I), R.

drain(I, {continue, L}, N) -> drain(I, zlib:safeInflate(I, []), N + iolist_size(L));
drain(_, {finished, L}, N) -> N + iolist_size(L).
