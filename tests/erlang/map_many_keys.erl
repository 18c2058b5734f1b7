%% 20,000 keys put, found, updated and removed.
-module(map_many_keys).
-export([main/0]).

main() ->
    N = 20000,
    M = lists:foldl(fun(I, A) -> A#{{key, I} => I} end, #{}, lists:seq(1, N)),
    U = lists:foldl(fun(I, A) -> maps:update_with({key, I}, fun(V) -> V * 2 end, A) end, M, lists:seq(1, N, 2)),
    D = lists:foldl(fun(I, A) -> maps:remove({key, I}, A) end, U, lists:seq(1, N, 3)),
    {map_size(M), lists:sum(maps:values(M)), lists:sum(maps:values(U)), map_size(D), lists:sum(maps:values(D)),
     maps:get({key, 5}, D), maps:find({key, 4}, D), erlang:phash2(D)}.
