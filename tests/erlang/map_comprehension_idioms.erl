%% Filtering, inverting and grouping maps by comprehensions.
-module(map_comprehension_idioms).
-export([main/0, id/1]).

main() ->
    M = id(#{a => 1, b => 2, c => 1, d => 3}),
    {maps:from_list([{K, V * V} || {K, V} <- maps:to_list(M), V < 3]),
     lists:foldl(fun({K, V}, A) -> maps:update_with(V, fun(L) -> [K | L] end, [K], A) end, #{},
     maps:to_list(M)), maps:from_list([{V, K} || {K, V} <- maps:to_list(M)]),
     lists:sum([V || #{v := V} <- [#{v => 1}, #{w => 2}, #{v => 3}]])}.

%% Hides a value from the compiler.
id(X) -> X.
