%% A loop over a binary that changes its mind: the rest is used as a value in the midst of matching.
-module(bin_match_context_reuse).
-export([main/0, id/1]).

main() ->
    {parse(id(<<"12,345,x,6">>), 0, []), split(id(<<"a=1&b=2&c">>), <<>>, [])}.

parse(<<C, R/binary>>, N, Acc) when C >= $0, C =< $9 -> parse(R, N * 10 + C - $0, Acc);
parse(<<$,, R/binary>>, N, Acc) -> parse(R, 0, [N, byte_size(R) | Acc]);
parse(<<>>, N, Acc) -> lists:reverse([N | Acc]);
parse(B, N, Acc) -> <<_, R/binary>> = B, parse(R, N, [{skip, B} | Acc]).

split(<<$=, R/binary>>, K, Acc) -> value(R, K, <<>>, Acc);
split(<<$&, R/binary>>, K, Acc) -> split(R, <<>>, [K | Acc]);
split(<<C, R/binary>>, K, Acc) -> split(R, <<K/binary, C>>, Acc);
split(<<>>, K, Acc) -> lists:reverse([K | Acc]).

value(<<$&, R/binary>>, K, V, Acc) -> split(R, <<>>, [{K, V} | Acc]);
value(<<C, R/binary>>, K, V, Acc) -> value(R, K, <<V/binary, C>>, Acc);
value(<<>>, K, V, Acc) -> lists:reverse([{K, V} | Acc]).

%% Hides a value from the compiler.
id(X) -> X.
