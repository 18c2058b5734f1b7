%% Merging small and hashed maps in every combination.
-module(map_merge_large).
-export([main/0]).

main() ->
    R = fun(F, T) -> maps:from_list([{I, {F, I}} || I <- lists:seq(F, T)]) end,
    [begin M = maps:merge(R(A, B), R(C, D)), {map_size(M), erlang:phash2(M), maps:get(C, M),
     maps:get(A, M)} end || {A, B, C, D} <- [{1, 5, 3, 8}, {1, 40, 20, 60}, {1, 40, 100, 105}, {1, 5, 1, 50},
     {1, 20, 21, 40}, {1, 300, 150, 500}]] ++ [maps:keys(maps:merge(R(1, 20), R(15, 40)))].
