%% A list with the same key many times: the last wins in a set, a bag takes the list from its end.
-module(ets_insert_many_same_key).
-export([main/0]).

main() ->
    [begin T = ets:new(t, [Ty]), ets:insert(T, [{k, I, J} || I <- [1, 2, 3], J <- [a, b]]),
     {Ty, ets:lookup(T, k), ets:info(T, size)} end || Ty <- [set, ordered_set, bag, duplicate_bag]].
