%% insert_new inserts all or nothing.
-module(ets_insert_new).
-export([main/0]).

main() ->
    [begin T = ets:new(t, [Ty]), {Ty, ets:insert_new(T, {a, 1}), ets:insert_new(T, {a, 2}),
     ets:insert_new(T, [{b, 1}, {a, 3}]), ets:insert_new(T, [{b, 1}, {c, 1}]), ets:insert_new(T, []),
     lists:sort(ets:tab2list(T))} end || Ty <- [set, ordered_set, bag, duplicate_bag]].
