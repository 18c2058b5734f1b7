%% A set keeps one object per key: insert, lookup, overwrite, delete.
-module(ets_set_basic).
-export([main/0]).

main() ->
    T = ets:new(t, [set]),
    {ets:insert(T, {a, 1}), ets:insert(T, [{b, 2}, {c, 3}, {a, 10}]), ets:lookup(T, a), ets:lookup(T, zz),
     ets:delete(T, b), ets:lookup(T, b), ets:delete(T, nokey), lists:sort(ets:tab2list(T)), ets:info(T, size),
     ets:member(T, c), ets:member(T, b), ets:delete_all_objects(T), ets:tab2list(T), ets:delete(T),
     e(fun() -> ets:lookup(T, a) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.
