%% Keys whose hashes collide are kept apart, at the bottom of the trie.
-module(map_hash_collisions).
-export([main/0]).

main() ->
    Ks = [{I, J} || I <- lists:seq(1, 30), J <- [0, 0.0, <<>>, [], {}]],
    M = maps:from_list([{K, K} || K <- Ks]),
    {map_size(M), lists:all(fun(K) -> maps:get(K, M) =:= K end, Ks),
     map_size(maps:without([{I, {}} || I <- lists:seq(1, 30)], M)),
     lists:sort(maps:keys(M)) =:= lists:sort(Ks)}.
