%% external_size, flat_size and iolist_size of terms.
-module(bif_external_size).
-export([main/0, id/1]).

main() ->
    [{erlang:external_size(T), erts_debug:flat_size(T)}
     || T <- [id(1), 1 bsl 70, 1.5, a, "abc", {1, 2}, [], #{a => 1}, [a, b | c], {}, [{1, [2, {3}]}]]]
     ++ [erlang:external_size(id(foo), [{minor_version, 1}]), e(fun() -> erlang:external_size(a, id([x])) end)].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
