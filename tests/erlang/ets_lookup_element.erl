%% lookup_element gives a value, or all of them in a bag.
-module(ets_lookup_element).
-export([main/0, id/1]).

main() ->
    S = ets:new(s, [set]), B = ets:new(b, [bag]), ets:insert(S, {a, 1, "x"}),
        ets:insert(B, [{a, 1}, {a, 2}, {b, 3}]),
    {ets:lookup_element(S, a, 2), ets:lookup_element(S, a, 1), ets:lookup_element(B, a, 2),
     ets:lookup_element(B, b, 1), e(fun() -> ets:lookup_element(S, a, 4) end),
     e(fun() -> ets:lookup_element(S, zz, 2) end), e(fun() -> ets:lookup_element(S, a, id(0)) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
