%% Hand-made compressed terms: good, with a wrong length, and cut short.
-module(etf_crafted_compressed).
-export([main/0, id/1]).

main() ->
    Inner = <<104, 3, 97, 1, 97, 2, 107, 0, 5, "hello">>, Z = zlib:compress(Inner), N = byte_size(Inner),
    [e(fun() -> binary_to_term(id(B)) end) || B <- [<<131, 80, N:32, Z/binary>>,
     <<131, 80, (N + 1):32, Z/binary>>, <<131, 80, (N - 1):32, Z/binary>>,
     <<131, 80, N:32, (binary:part(Z, 0, 8))/binary>>, <<131, 80, N:32, "not zlib data">>]]
     ++ [binary_to_term(<<131, 80, N:32, Z/binary>>, [used]) =:= {{1, 2, "hello"}, byte_size(Z) + 6}].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
