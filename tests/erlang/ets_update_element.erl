%% update_element changes elements in place, all or none.
-module(ets_update_element).
-export([main/0]).

main() ->
    T = ets:new(t, [ordered_set]), ets:insert(T, [{a, 1, 2, 3}, {b, x}]),
    {ets:update_element(T, a, {2, one}), ets:update_element(T, a, [{3, two}, {4, three}, {3, again}]),
     ets:lookup(T, a), ets:update_element(T, zz, {2, y}),
     e(fun() -> ets:update_element(T, a, [{2, no}, {9, no}]) end), ets:lookup(T, a),
     e(fun() -> ets:update_element(T, a, {1, key}) end), ets:update_element(T, a, []),
     e(fun() -> ets:update_element(ets:new(b, [bag]), a, {2, x}) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.
