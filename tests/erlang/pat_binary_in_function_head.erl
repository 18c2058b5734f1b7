%% Binary patterns in function heads choose among protocols.
-module(pat_binary_in_function_head).
-export([main/0, id/1]).

main() ->
    [p(B) || B <- [id(<<1, 2:16, "ab">>), <<1, 9:16, "ab">>, <<2, 5>>, <<3:4, 9:4>>, <<>>, <<"GET /x">>,
     <<255, 1:1>>, <<7>>]].

p(<<1, L:16, D:L/binary, R/binary>>) -> {data, L, D, R};
p(<<1, _/binary>>) -> short;
p(<<2, N:8/signed>>) -> {two, N};
p(<<"GET ", Path/binary>>) -> {get, Path};
p(<<3:4, N:4>>) -> {nibble, N};
p(<<>>) -> empty;
p(<<255, B/bits>>) when bit_size(B) < 8 -> {bits, B};
p(<<N, R/binary>>) -> {other, N, R}.

%% Hides a value from the compiler.
id(X) -> X.
