%% binary:longest_common_prefix and suffix, encode_unsigned, decode_unsigned and hex.
-module(bin_module_prefix_encode).
-export([main/0, id/1]).

main() ->
    {binary:longest_common_prefix([id(<<"erlang">>), <<"ergonomy">>]), binary:longest_common_prefix([<<"a">>]),
     binary:longest_common_prefix([<<"a">>, <<>>]),
     binary:longest_common_suffix([<<"fang">>, <<"erlang">>, id(<<"slang">>)]),
     binary:longest_common_suffix([<<"a">>, <<"b">>]),
     [binary:encode_unsigned(N) || N <- [id(0), 1, 255, 256, 1 bsl 64]],
      binary:encode_unsigned(16#11223344, little),
      [binary:decode_unsigned(X) || X <- [id(<<>>), <<0>>, <<1, 2>>, <<0, 0, 1>>, <<255:128>>]],
       binary:decode_unsigned(<<1, 2, 3>>, little), binary:encode_hex(id(<<0, 171, 255>>)),
       binary:decode_hex(id(<<"00abFF">>)),
     e(fun() -> binary:longest_common_prefix(id([])) end),
     e(fun() -> binary:longest_common_prefix([id(a)]) end), e(fun() -> binary:encode_unsigned(id(-1)) end),
     e(fun() -> binary:decode_hex(id(<<"0">>)) end), e(fun() -> binary:decode_hex(id(<<"zz">>)) end),
     e(fun() -> binary:decode_unsigned(id(<<1:1>>)) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
