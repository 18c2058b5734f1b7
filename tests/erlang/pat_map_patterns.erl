%% Map patterns: several keys, keys of every type, values matched further, absent keys.
-module(pat_map_patterns).
-export([main/0, id/1]).

main() ->
    M = id(#{a => 1, {b, 2} => [x, y], "s" => <<"bin">>, 1.5 => #{in => z}, 7 => seven}),
    {f(M), f(#{a => 2}), f(#{}), f(maps:remove(7, M)), g(M, id({b, 2})), g(M, id(nope)), g(M, id(7)),
     case M of #{1.5 := #{in := V}} -> V end, case id(#{1 => i}) of #{1.0 := _} -> float; #{1 := _} -> int end}.

f(#{a := 1, {b, 2} := [X | _], "s" := <<B, _/binary>>, 7 := S}) -> {X, B, S};
f(#{a := 1}) -> a_one;
f(#{a := A}) -> {a, A};
f(#{}) -> empty.

g(M, K) -> case M of #{K := V} -> {found, V}; #{} -> missing end.

%% Hides a value from the compiler.
id(X) -> X.
