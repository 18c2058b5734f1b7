%% 20,000 objects in a set, found, changed and deleted.
-module(ets_large_set).
-export([main/0]).

main() ->
    T = ets:new(t, [set]), N = 20000, [ets:insert(T, {{k, I}, I}) || I <- lists:seq(1, N)],
        [ets:update_counter(T, {k, I}, 1) || I <- lists:seq(1, N, 2)],
         [ets:delete(T, {k, I}) || I <- lists:seq(1, N, 4)],
    {ets:info(T, size), lists:sum([ets:lookup_element(T, {k, I}, 2) || I <- lists:seq(2, N, 4)]),
     ets:lookup(T, {k, 3}), ets:lookup(T, {k, 5}), ets:foldl(fun({_, V}, A) -> A + V end, 0, T),
     length(ets:match(T, {{k, '$1'}, '_'}))}.
