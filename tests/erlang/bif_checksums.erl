%% adler32, crc32, their combination, and md5 in one go and in steps.
-module(bif_checksums).
-export([main/0, id/1]).

main() ->
    D = id(<<"The quick brown fox jumps over the lazy dog">>), {A, B} = split_binary(D, 10),
    C = erlang:md5_update(erlang:md5_update(erlang:md5_init(), A), [B]),
    {erlang:crc32(D), erlang:crc32(erlang:crc32(A), B),
     erlang:crc32_combine(erlang:crc32(A), erlang:crc32(B), byte_size(B)), erlang:adler32(D),
     erlang:adler32(erlang:adler32(A), B), erlang:adler32_combine(erlang:adler32(A), erlang:adler32(B),
     byte_size(B)),
     erlang:md5(D) =:= erlang:md5_final(C), erlang:md5(D), erlang:md5(""), erlang:crc32(["a", [<<"b">>]]),
     e(fun() -> erlang:crc32(id(a)) end), e(fun() -> erlang:md5(id([a])) end),
     e(fun() -> erlang:adler32(id(-1), <<>>) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
