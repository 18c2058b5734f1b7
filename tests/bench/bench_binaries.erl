%% Binaries and bitstrings: building, matching, growing in place.
-module(bench_binaries).

-export([programs/0]).

programs() ->
    [{build_parse, 5, fun() -> 50000 end, fun(N) -> repeat(3, fun() -> parse(build(N, <<>>), 0) end) end},
     {append_bytes, 3, fun() -> 1000000 end, fun(N) -> byte_size(append(N, <<>>)) end},
     {append_parts, 4, fun() -> <<"some text of a line\n">> end, fun(P) -> byte_size(parts(300000, P, <<>>)) end},
     {bit_comprehension, 18, fun() -> << <<(X rem 256)>> || X <- lists:seq(1, 300000) >> end,
      fun(B) -> << <<(X bxor 42)>> || <<X>> <= B, X =/= 7 >> end},
     {list_from_bytes, 4, fun() -> binary:copy(<<"abcdefghij">>, 50000) end, fun(B) -> [X || <<X>> <= B, X > $c] end},
     {utf8_decode, 60, fun() -> unicode:characters_to_binary(lists:append(lists:duplicate(50000, "aé€😀"))) end,
      fun(B) -> utf8(B, 0) end},
     {bits_odd, 38, fun() -> binary:copy(<<16#A5, 16#5A, 16#3C>>, 60000) end, fun(B) -> odd(B, 0) end},
     {header_fields, 60, fun() -> binary:copy(<<1:4, 5:4, 20:16, 7:16, 2:3, 0:13, 64:8, 6:8, 0:16, 10:32, 20:32>>, 30000) end,
      fun(B) -> headers(B, 0) end},
     {scan_delimiter, 5, fun() -> binary:copy(<<"key=value&name=something&">>, 15000) end, fun(B) -> fields(B, <<>>, 0) end},
     {split_match, 18, fun() -> binary:copy(<<"one,two,three;four\n">>, 20000) end,
      fun(B) -> {length(binary:split(B, [<<",">>, <<";">>], [global])), length(binary:matches(B, <<"three">>))} end},
     {to_list_and_back, 1, fun() -> binary:copy(<<"0123456789">>, 100000) end,
      fun(B) -> repeat(5, fun() -> byte_size(list_to_binary(lists:reverse(binary_to_list(B)))) end) end},
     {floats_in_binary, 9, fun() -> << <<X:64/float>> || X <- lists:seq(1, 100000) >> end,
      fun(B) -> repeat(3, fun() -> sum_floats(B, 0.0) end) end}].

repeat(1, F) -> F();
repeat(N, F) -> F(), repeat(N - 1, F).

build(0, B) -> B;
build(N, B) -> build(N - 1, <<B/binary, N:16, (N band 3):8, N:32/little, 3:8, "abc">>).

parse(<<A:16, T:8, B:32/little, L:8, S:L/binary, Rest/binary>>, Sum) ->
    parse(Rest, Sum + A + B + T + byte_size(S));
parse(<<>>, Sum) -> Sum.

append(0, B) -> B;
append(N, B) -> append(N - 1, <<B/binary, (N band 255)>>).

parts(0, _, B) -> B;
parts(N, P, B) -> parts(N - 1, P, <<B/binary, P/binary>>).

utf8(<<C/utf8, Rest/binary>>, Sum) -> utf8(Rest, Sum + C);
utf8(<<>>, Sum) -> Sum.

odd(<<A:3, B:7, C:5, Rest/bitstring>>, Sum) -> odd(Rest, Sum + A * B + C);
odd(_, Sum) -> Sum.

headers(<<V:4, L:4, T:16, I:16, F:3, O:13, TTL:8, P:8, C:16, S:32, D:32, Rest/binary>>, Sum) ->
    headers(Rest, Sum + V + L + T + I + F + O + TTL + P + C + S + D);
headers(<<>>, Sum) -> Sum.

fields(<<$&, Rest/binary>>, Field, N) -> fields(Rest, <<>>, N + byte_size(Field));
fields(<<C, Rest/binary>>, Field, N) -> fields(Rest, <<Field/binary, C>>, N);
fields(<<>>, _, N) -> N.

sum_floats(<<F:64/float, Rest/binary>>, Sum) -> sum_floats(Rest, Sum + F);
sum_floats(<<>>, Sum) -> Sum.
