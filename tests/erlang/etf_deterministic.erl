%% The option deterministic, and minor versions side by side.
-module(etf_deterministic).
-export([main/0, id/1]).

main() ->
    M = id(#{a => 1, {b} => 2.5, "c" => [x]}),
    [term_to_binary(M, [deterministic]), binary_to_term(term_to_binary(M, [deterministic])) =:= M]
     ++ [byte_size(term_to_binary(M, [{minor_version, V}])) || V <- [0, 1, 2]]
     ++ [e(fun() -> term_to_binary(M, [{minor_version, id(3)}]) end),
     e(fun() -> term_to_binary(M, id([nope])) end), e(fun() -> term_to_binary(M, id(x)) end),
     e(fun() -> term_to_binary(M, [{compressed, id(10)}]) end)].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
