%% Maps in guards: is_map, map_size, is_map_key, map_get, comparison with a literal.
-module(map_in_guards).
-export([main/0, id/1]).

main() ->
    [f(M) || M <- [id(#{}), #{a => 1}, #{a => 2}, #{b => 1}, #{a => 1, b => 2}, [], a, #{a => b}]].

f(M) when map_size(M) =:= 0 -> empty;
f(M) when M =:= #{a => 1} -> exact;
f(M) when map_get(a, M) > 1, map_size(M) =:= 1 -> greater;
f(M) when is_map_key(a, M), is_map_key(b, M) -> both;
f(M) when is_map(M) -> map;
f(_) -> other.

%% Hides a value from the compiler.
id(X) -> X.
