%% deflate and inflate in steps: flushes, levels, strategies, raw windows.
-module(zlib_streams).
-export([main/0]).

main() ->
    Z = zlib:open(), ok = zlib:deflateInit(Z, default, deflated, -15, 8, default),
        D = list_to_binary(lists:duplicate(200, "abcdefgh")),
    A = zlib:deflate(Z, D), B = zlib:deflate(Z, D, sync), C = zlib:deflate(Z, <<"end">>, finish),
        zlib:deflateEnd(Z), zlib:close(Z), All = iolist_to_binary([A, B, C]),
    I = zlib:open(), zlib:inflateInit(I, -15), P = [zlib:inflate(I, X) || <<X:7/binary>> <= All],
        R = zlib:inflate(I, binary:part(All, byte_size(All), -(byte_size(All) rem 7))), zlib:inflateEnd(I),
        zlib:close(I),
    {All, iolist_to_binary([P, R]) =:= <<D/binary, D/binary, "end">>,
     [begin Y = zlib:open(), zlib:deflateInit(Y, L),
      S = iolist_to_binary(zlib:deflate(Y, [D, integer_to_binary(L + 1)], finish)), zlib:close(Y),
      {L, byte_size(S), zlib:uncompress(S) =:= <<D/binary, (integer_to_binary(L + 1))/binary>>} end
       || L <- lists:seq(0, 9)]}.
