%% maps: merge, merge_with, intersect, intersect_with, with, without, from_keys, from_list, to_list.
-module(map_module_sets).
-export([main/0, id/1]).

main() ->
    A = id(#{a => 1, b => 2, c => 3}), B = id(#{b => 20, c => 30, d => 40}), F = fun(K, X, Y) -> {K, X, Y} end,
    {maps:merge(A, B), maps:merge_with(F, A, B), maps:intersect(A, B), maps:intersect_with(F, A, B),
     maps:with([a, d, x], A), maps:without([a, d], A), maps:from_keys([x, y], 0),
     maps:from_list([{a, 1}, {a, 2}, {b, 3}]), maps:to_list(A), maps:merge(A, #{}), maps:merge(#{}, B)}.

%% Hides a value from the compiler.
id(X) -> X.
