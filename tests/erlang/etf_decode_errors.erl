%% Bytes that are no term are badarg: truncated, trailing, unknown tags, duplicate keys, bad floats.
-module(etf_decode_errors).
-export([main/0, id/1]).

main() ->
    [e(fun() -> binary_to_term(id(B)) end) || B <- [<<>>, <<131>>, <<130, 97, 1>>, <<131, 97>>, <<131, 0>>,
     <<131, 255, 1>>, <<131, 98, 1, 2>>, <<131, 104, 2, 97, 1>>, <<131, 105, 255, 255, 255, 255>>,
     <<131, 108, 0, 0, 0, 2, 97, 1, 106>>, <<131, 109, 0, 0, 0, 9, 1>>, <<131, 77, 0, 0, 0, 1, 0, 1>>,
     <<131, 77, 0, 0, 0, 1, 9, 1>>, <<131, 70, 16#7FF0000000000000:64>>, <<131, 99, "rubbish">>,
     <<131, 116, 0, 0, 0, 2, 97, 1, 97, 1, 97, 1, 97, 2>>, <<131, 119, 2, 255, 255>>, <<131, 118, 4, 0, 0>>,
     <<131, 113, 97, 1, 119, 1, "a", 97, 1>>, <<131, 80, 0, 0, 0, 9, 1, 2, 3>>, <<131, 107, 0, 3, 1>>]]
        ++ [e(fun() -> binary_to_term(id(a)) end), e(fun() -> binary_to_term(id(<<131, 97, 1, 0>>)) end),
            e(fun() -> binary_to_term(id(<<131:7>>)) end)].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
