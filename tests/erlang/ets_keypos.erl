%% keypos puts the key elsewhere; objects must be large enough.
-module(ets_keypos).
-export([main/0]).

main() ->
    T = ets:new(t, [set, {keypos, 2}]),
    {ets:insert(T, {v, k1}), ets:insert(T, [{w, k2, x}, {u, k1}]), ets:lookup(T, k1),
     ets:lookup_element(T, k2, 3), ets:info(T, keypos), e(fun() -> ets:insert(T, {only}) end),
     ets:member(T, k2), ets:update_element(T, k2, {3, y}), e(fun() -> ets:update_element(T, k2, {2, z}) end),
     ets:lookup(T, k2)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.
