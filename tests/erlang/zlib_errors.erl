%% Bad data and bad arguments.
-module(zlib_errors).
-export([main/0, id/1]).

main() ->
    [e(fun() -> zlib:uncompress(id(<<"not compressed">>)) end),
     e(fun() -> zlib:uncompress(binary:part(zlib:compress(<<"some data to cut off">>), 0, 10)) end),
     e(fun() -> zlib:gunzip(id(<<31, 139, 1, 2, 3>>)) end), e(fun() -> zlib:unzip(id(<<7, 7, 7>>)) end),
     e(fun() -> zlib:compress(id(a)) end), e(fun() -> zlib:uncompress(id("x")) end),
     e(fun() -> zlib:inflate(id(z), <<>>) end), e(fun() -> zlib:deflateInit(zlib:open(), id(99)) end),
     e(fun() -> zlib:uncompress(id(<<>>)) end)].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
