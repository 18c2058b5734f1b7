%% erlang:phash2/2 is the hash modulo the range, which may be 1 to 2^32.
-module(phash2_range).
-export([main/0, id/1]).

main() ->
    [[erlang:phash2(T, R) || R <- [1, 2, 10, 1000, 1 bsl 27, (1 bsl 32) - 1, 1 bsl 32]]
     || T <- [id(a), {1, 2, 3}, "hello", 1 bsl 90, <<"bytes">>]]
        ++ [e(fun() -> erlang:phash2(a, id(0)) end), e(fun() -> erlang:phash2(a, id(-1)) end),
            e(fun() -> erlang:phash2(a, id((1 bsl 32) + 1)) end), e(fun() -> erlang:phash2(a, id(1.0)) end)].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
