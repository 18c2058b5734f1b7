-module(pairs).
-export([get/2, put/3, change/1, has/1, literal/0, big/2]).

get(#{key := Value, other := Other}, _) -> {Value, Other};
get(Map, Key) -> map_get(Key, Map).

put(Map, Key, Value) -> Map#{Key => Value, last => Key}.

change(Map) -> Map#{key := 1}.

has(Map) when is_map_key(a, Map), map_size(Map) > 1 -> true;
has(#{b := _}) -> b;
has(_) -> false.

literal() -> #{a => 1, b => [x, y]}.

big(Key, N) -> #{Key => N, 2 => 3, "text" => <<"binary">>}.
