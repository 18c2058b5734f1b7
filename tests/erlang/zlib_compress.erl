%% compress, zip and gzip give zlib's own bytes, and come back.
-module(zlib_compress).
-export([main/0, id/1]).

main() ->
    D = id(<<"hello hello hello hello, a small text that repeats itself: hello hello">>),
        Big = list_to_binary([integer_to_binary(I) || I <- lists:seq(1, 20000)]),
    {zlib:compress(D), zlib:zip(D), zlib:gzip(D),
     [F(G(D)) =:= D || {F, G} <- [{fun zlib:uncompress/1, fun zlib:compress/1},
      {fun zlib:unzip/1, fun zlib:zip/1}, {fun zlib:gunzip/1, fun zlib:gzip/1}]],
       byte_size(zlib:compress(Big)), erlang:crc32(zlib:compress(Big)),
       zlib:uncompress(zlib:compress(Big)) =:= Big, zlib:compress(<<>>), zlib:compress(["io", [<<"list">>]])}.

%% Hides a value from the compiler.
id(X) -> X.
