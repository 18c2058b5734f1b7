%% ETS, atomics and persistent terms.
-module(bench_tables).

-export([programs/0]).

programs() ->
    [{insert_lookup_set, 1, fun() -> 100000 end, fun(N) -> insert_lookup(set, N) end},
     {insert_lookup_ordered, 2, fun() -> 50000 end, fun(N) -> insert_lookup(ordered_set, N) end},
     {insert_lookup_bag, 1, fun() -> 50000 end, fun(N) -> insert_lookup(bag, N) end},
     {large_objects, 3, fun() -> lists:seq(1, 100) end, fun large_objects/1},
     {update_counter, 3, fun() -> 300000 end, fun update_counter/1},
     {select, 3, fun() -> 20000 end, fun select/1},
     {match_object, 1, fun() -> 20000 end, fun match_object/1},
     {fold, 3, fun() -> 50000 end, fun fold/1},
     {ordered_walk, 5, fun() -> 50000 end, fun ordered_walk/1},
     {tab2list_sort, 1, fun() -> 50000 end, fun(N) -> with(set, N, fun(T) -> length(lists:sort(ets:tab2list(T))) end) end},
     {atomics, 1, fun() -> 1000000 end, fun atomics/1},
     {persistent_term, 3, fun() -> 1000000 end, fun persistent/1}].

insert_lookup(Type, N) ->
    T = ets:new(bench, [Type]),
    [ets:insert(T, {I, I, "value"}) || I <- lists:seq(1, N)],
    Sum = lists:sum([element(2, hd(ets:lookup(T, I))) || I <- lists:seq(1, N)]),
    ets:delete(T),
    Sum.

with(Type, N, F) ->
    T = ets:new(bench, [Type]),
    ets:insert(T, [{I, I rem 100, {data, I}} || I <- lists:seq(1, N)]),
    R = F(T),
    ets:delete(T),
    R.

large_objects(L) ->
    T = ets:new(bench, [set]),
    [ets:insert(T, {I rem 100, L}) || I <- lists:seq(1, 20000)],
    R = lists:sum([length(element(2, hd(ets:lookup(T, I rem 100)))) || I <- lists:seq(1, 20000)]),
    ets:delete(T),
    R.

update_counter(N) ->
    T = ets:new(bench, [set]),
    [ets:update_counter(T, I band 63, 1, {I band 63, 0}) || I <- lists:seq(1, N)],
    R = lists:sort(ets:tab2list(T)),
    ets:delete(T),
    R.

select(N) ->
    with(set, N, fun(T) ->
        Spec = [{{'$1', '$2', {data, '_'}}, [{'>', '$1', N div 2}, {'=:=', {'rem', '$2', 7}, 3}], [{{'$1', '$2'}}]}],
        lists:sum([length(ets:select(T, Spec)) || _ <- lists:seq(1, 20)])
    end).

match_object(N) ->
    with(set, N, fun(T) -> lists:sum([length(ets:match_object(T, {'_', I, '_'})) || I <- lists:seq(1, 20)]) end).

fold(N) -> with(set, N, fun(T) -> ets:foldl(fun({K, V, _}, S) -> K * V + S end, 0, T) end).

ordered_walk(N) -> with(ordered_set, N, fun(T) -> walk(T, ets:first(T), 0) end).

walk(_, '$end_of_table', Sum) -> Sum;
walk(T, K, Sum) -> walk(T, ets:next(T, K), Sum + K).

atomics(N) ->
    A = atomics:new(4, []),
    [atomics:add(A, (I band 3) + 1, I) || I <- lists:seq(1, N)],
    [atomics:get(A, I) || I <- [1, 2, 3, 4]].

persistent(N) ->
    persistent_term:put(bench_key, {some, [term, "of", <<"size">>]}),
    R = lookups(N, 0),
    persistent_term:erase(bench_key),
    R.

lookups(0, Sum) -> Sum;
lookups(N, Sum) -> lookups(N - 1, Sum + tuple_size(persistent_term:get(bench_key))).
