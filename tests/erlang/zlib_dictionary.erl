%% Preset dictionaries for deflate and inflate.
-module(zlib_dictionary).
-export([main/0]).

main() ->
    Dict = <<"hello world, the quick brown fox">>, Z = zlib:open(), zlib:deflateInit(Z),
        Ad = zlib:deflateSetDictionary(Z, Dict),
        C = iolist_to_binary(zlib:deflate(Z, <<"the quick hello fox">>, finish)), zlib:close(Z),
    I = zlib:open(), zlib:inflateInit(I), E = e(fun() -> zlib:inflate(I, C) end), zlib:close(I),
        J = zlib:open(), zlib:inflateInit(J),
        E2 = try zlib:inflate(J, C) catch error:{need_dictionary, A2} -> A2 =:= Ad end,
        zlib:inflateSetDictionary(J, Dict), R = iolist_to_binary(zlib:inflate(J, [])), zlib:close(J),
        {Ad, C, E, E2, R}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.
