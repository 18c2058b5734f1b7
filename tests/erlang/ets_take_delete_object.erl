%% take removes and returns; delete_object removes exact objects only.
-module(ets_take_delete_object).
-export([main/0]).

main() ->
    [begin T = ets:new(t, [Ty]), ets:insert(T, [{a, 1}, {a, 2}, {b, 1}, {c, 1.0}]),
     {Ty, ets:take(T, a), ets:take(T, a), ets:delete_object(T, {b, 2}), ets:delete_object(T, {c, 1}),
      ets:delete_object(T, {b, 1}), ets:tab2list(T)} end || Ty <- [set, ordered_set, bag, duplicate_bag]].
