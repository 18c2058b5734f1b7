%% bag drops equal objects, duplicate_bag keeps them; a list goes into a bag from its end.
-module(ets_bags).
-export([main/0]).

main() ->
    [begin T = ets:new(t, [Ty]), ets:insert(T, [{k, 1}, {k, 2}, {k, 1}, {j, 9}, {k, 1.0}]),
     A = ets:lookup(T, k), ets:delete_object(T, {k, 1}), B = ets:lookup(T, k), ets:insert(T, {k, 3}),
     C = ets:lookup(T, k), N = ets:info(T, size), ets:delete(T, k), {Ty, A, B, C, N, ets:tab2list(T)} end
     || Ty <- [bag, duplicate_bag]].
