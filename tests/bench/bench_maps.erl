%% Maps, small and large, and the other dictionaries.
-module(bench_maps).

-export([programs/0]).

programs() ->
    [{small_update, 4, fun() -> #{a => 1, b => 2, c => 3, d => 4} end, fun(M) -> update(500000, M) end},
     {small_lookup, 3, fun() -> maps:from_list([{K, 1} || K <- [a, b, c, d, e, f, g, h, i, j, k, l]]) end,
      fun(M) -> lookup(1000000, M, 0) end},
     {small_build, 6, fun() -> 300000 end, fun(N) -> build(N, 0) end},
     {large_insert, 1, fun() -> 100000 end, fun(N) -> map_size(insert(N, #{})) end},
     {large_lookup, 11, fun() -> {200000, insert(100000, #{})} end, fun({N, M}) -> find(N, M, 0) end},
     {large_binary_keys, 3, fun() -> [integer_to_binary(X) || X <- lists:seq(1, 50000)] end,
      fun(L) -> M = lists:foldl(fun(K, A) -> A#{K => K} end, #{}, L), length([K || K <- L, maps:is_key(K, M)]) end},
     {large_update, 1, fun() -> insert(1000, #{}) end, fun(M) -> map_size(count(200000, M)) end},
     {fold_to_list, 5, fun() -> insert(100000, #{}) end,
      fun(M) -> {maps:fold(fun(K, V, S) -> K + V + S end, 0, M), length(maps:to_list(M)), lists:sum(maps:values(M))} end},
     {merge, 55, fun() -> {insert(50000, #{}), maps:from_list([{X, X} || X <- lists:seq(25000, 75000)])} end,
      fun({A, B}) -> map_size(maps:merge(A, B)) end},
     {gb_trees, 5, fun() -> 20000 end,
      fun(N) -> T = lists:foldl(fun(X, T) -> gb_trees:enter(X * 7919 rem N, X, T) end, gb_trees:empty(), lists:seq(1, N)),
                length([X || X <- lists:seq(0, N - 1), gb_trees:is_defined(X, T)]) end},
     {dict, 4, fun() -> 20000 end,
      fun(N) -> dict:size(lists:foldl(fun(X, D) -> dict:update_counter(X rem 5000, 1, D) end, dict:new(), lists:seq(1, N))) end},
     {queue, 5, fun() -> 200000 end, fun(N) -> queue(N, queue:new(), 0) end}].

update(0, M) -> M;
update(N, M = #{a := A, c := C}) -> update(N - 1, M#{a := C, c := A + 1, d := N}).

lookup(0, _, Sum) -> Sum;
lookup(N, M = #{c := C, k := K}, Sum) -> lookup(N - 1, M, Sum + C + K + maps:get(h, M)).

build(0, Sum) -> Sum;
build(N, Sum) ->
    M = #{id => N, name => sum, values => [N]},
    build(N - 1, Sum + map_size(M#{extra => Sum})).

insert(0, M) -> M;
insert(N, M) -> insert(N - 1, M#{N => N}).

find(0, _, Sum) -> Sum;
find(N, M, Sum) ->
    case M of
        #{N := V} -> find(N - 1, M, Sum + V);
        _ -> find(N - 1, M, Sum)
    end.

count(0, M) -> M;
count(N, M) -> count(N - 1, maps:update_with(N * 31 rem 1000 + 1, fun(V) -> V + 1 end, 1, M)).

queue(0, Q, Sum) -> Sum + queue:len(Q);
queue(N, Q, Sum) when N rem 3 =:= 0 ->
    {{value, V}, Q1} = queue:out(Q),
    queue(N - 1, Q1, Sum + V);
queue(N, Q, Sum) -> queue(N - 1, queue:in(N, Q), Sum).
