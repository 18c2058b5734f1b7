%% maps: map, filter, filtermap, fold, foreach, update_with, groups_from_list.
-module(map_module_higher).
-export([main/0, id/1]).

main() ->
    M = id(#{a => 1, b => 2, c => 3}), Self = self(),
    maps:foreach(fun(K, V) -> Self ! {K, V} end, M),
    {maps:map(fun(K, V) -> {K, V} end, M), maps:filter(fun(_, V) -> V > 1 end, M),
     maps:filtermap(fun(a, _) -> true; (b, V) -> {true, V * 10}; (_, _) -> false end, M),
     maps:fold(fun(_, V, A) -> V + A end, 0, M), [receive {K, V} -> V end || K <- [a, b, c]],
     maps:update_with(a, fun(V) -> V + 1 end, M), maps:update_with(z, fun(V) -> V end, init, M),
     maps:groups_from_list(fun(X) -> X rem 3 end, lists:seq(1, 8)),
     maps:groups_from_list(fun erlang:length/1, fun lists:reverse/1, ["ab", "c", "de"])}.

%% Hides a value from the compiler.
id(X) -> X.
