%% Calls of the natives of maps, of both kinds and at the border between them. Large maps have no
%% atoms in their keys: their order there depends on when an atom was made.
-module(maps_calls).
-export([main/0]).

main() ->
    rand:seed(exsss, {4, 5, 6}),
    Maps = [map(Size, Kind) || Size <- [0, 1, 2, 5, 16, 30, 31, 32, 33, 34, 35, 50, 100, 257, 2000],
                               Kind <- [small, big, float, binary, tuple, list, map, mixed]]
        ++ colliding(),
    lists:append([alone(Map) || Map <- Maps]) ++
    lists:append([keyed(Map, Key) || Map <- Maps, Key <- keys_for(Map)]) ++
    [{maps, merge, [A, B]} || A <- Maps, B <- [pick(Maps) || _ <- lists:seq(1, 12)]] ++
    [{maps, merge, [A, near(A)]} || A <- Maps] ++
    [{maps, merge, [near(A), A]} || A <- Maps] ++
    [{maps, merge, [A, B]} || A <- large(Maps), B <- large(Maps)] ++
    lists() ++ errors().

large(Maps) ->
    [M || M <- Maps, map_size(M) > 32, map_size(M) < 120].

alone(Map) ->
    List = maps:to_list(Map),
    [{erlang, map_size, [Map]},
     {maps, keys, [Map]},
     {maps, values, [Map]},
     {erts_internal, map_next, [0, Map, []], List},
     {erts_internal, map_next, [0, Map, [x]], List ++ [x]},
     {erts_internal, map_next, [0, Map, iterator], first(Map)},
     {maps, from_list, [List]},
     {maps, from_list, [lists:reverse(List)]},
     {maps, from_list, [List ++ [{K, new} || {K, _} <- List]]},
     {maps, from_keys, [maps:keys(Map), {value}]},
     {maps, from_keys, [maps:keys(Map) ++ maps:keys(Map), {value}]},
     {erts_debug, flat_size, [Map]},
     {erts_debug, map_info, [Map]}].

%% Keys whose hashes are the same, so that they go apart only below the eighth level.
colliding() ->
    Pairs = [{40660, 59671}, {22575, 119693}, {121236, 167527}, {169647, 178740}, {29879, 217607},
             {204923, 232672}, {198773, 280384}, {229095, 281280}, {128918, 307353},
             {123268, 309680}, {210361, 359746}, {189299, 360461}],
    Both = maps:from_list([{K, x} || {A, B} <- Pairs, K <- [A, B]]),
    One = maps:from_list([{A, y} || {A, _} <- Pairs]),
    Others = map(60, binary),
    Few = map(8, binary),
    [maps:merge(A, B) || A <- [Both, One], B <- [Others, Few, maps:merge(Few, map(2, tuple))]] ++
    [maps:remove(element(2, hd(Pairs)), maps:merge(Both, map(10, binary)))].

%% As many as a process gets that has just begun its turn.
first(Map) ->
    Self = self(),
    spawn_link(fun() -> Self ! {first, erts_internal:map_next(0, Map, iterator)} end),
    receive {first, First} -> First end.

%% Keys that are there, that are not, and that are nearly there.
keys_for(Map) ->
    There = case maps:keys(Map) of [] -> []; Keys -> [pick(Keys), hd(Keys), lists:last(Keys)] end,
    [K || K <- [59671, 40660, 360461], map_size(Map) > 12] ++
    There ++ [near_key(K) || K <- There] ++ [key(pick([small, float, binary, tuple]), 5000) , "key"].

near_key(K) when is_integer(K) -> try float(K) catch error:_ -> K + 1 end;
near_key(K) when is_float(K) -> trunc(K);
near_key(K) -> {K}.

keyed(Map, Key) ->
    [{maps, get, [Key, Map]}, {maps, find, [Key, Map]}, {maps, is_key, [Key, Map]},
     {maps, put, [Key, {new}, Map]}, {maps, put, [Key, maps:get(Key, Map, 1), Map]},
     {maps, update, [Key, {new}, Map]}, {maps, remove, [Key, Map]}, {maps, take, [Key, Map]},
     {erlang, map_get, [Key, Map]}, {erlang, is_map_key, [Key, Map]}].

near(Map) ->
    maps:map(fun(_, Value) -> pick([Value, other]) end,
             maps:filter(fun(_, _) -> rand:uniform(10) > 1 end, Map)).

lists() ->
    [{maps, from_list, [[{key(Kind, 30), I} || I <- lists:seq(1, N)]]} ||
        N <- [10, 32, 33, 34, 40, 60, 200], Kind <- [small, float, binary, tuple, mixed]] ++
    [{maps, from_keys, [[key(Kind, 40) || _ <- lists:seq(1, N)], v]} ||
        N <- [10, 40, 80, 300], Kind <- [small, float, binary, tuple, mixed]].

errors() ->
    [{M, F, A} || T <- [a, [], {}, 1, <<>>, 1.0],
        {M, F, A} <- [{erlang, map_size, [T]}, {maps, keys, [T]}, {maps, values, [T]}, {maps, get, [k, T]},
                      {maps, find, [k, T]}, {maps, is_key, [k, T]}, {maps, put, [k, v, T]},
                      {maps, update, [k, v, T]}, {maps, remove, [k, T]}, {maps, take, [k, T]},
                      {maps, merge, [T, #{}]}, {maps, merge, [#{}, T]}, {maps, merge, [T, T]},
                      {maps, merge, [T, #{a => 1}]}, {maps, merge, [#{a => 1}, T]},
                      {erlang, map_get, [k, T]}, {erlang, is_map_key, [k, T]},
                      {erts_debug, map_info, [T]}, {erts_internal, map_next, [0, T, []]}]] ++
    [{maps, from_list, [L]} || L <- [a, [a], [{a}], [{a, 1} | b], [{a, 1, 2}], [[a | 1]], #{}, {}]] ++
    [{maps, from_keys, [L, v]} || L <- [a, [a | b], #{}, {}]] ++
    [{erts_internal, map_next, [P, M, L]} || M <- [#{}, #{a => 1}, map(100, small)],
        {P, L} <- [{-1, []}, {a, []}, {1.0, []}, {0, x}]].

map(Size, Kind) ->
    grow(#{}, Size, Kind).

grow(Map, Size, _) when map_size(Map) =:= Size -> Map;
grow(Map, Size, Kind) -> grow(Map#{key(Kind, Size * 3) => rand:uniform(100)}, Size, Kind).

key(small, Range) -> rand:uniform(Range + 1);
key(big, Range) -> (1 bsl 60) + (rand:uniform(Range + 1) bsl 70);
key(float, Range) -> rand:uniform(Range + 1) / 4;
key(binary, Range) -> integer_to_binary(rand:uniform(Range + 1) * 1234567891);
key(tuple, Range) -> {rand:uniform(10), {}, [rand:uniform(Range + 1)]};
key(list, Range) -> integer_to_list(rand:uniform(Range + 1)) ++ [1000 | pick([[], 1])];
key(map, Range) -> #{rand:uniform(Range + 1) => rand:uniform(3), 0.5 => "x"};
key(mixed, Range) -> key(pick([small, big, float, binary, tuple, list, map]), Range).

pick(List) ->
    lists:nth(rand:uniform(length(List)), List).
