%% What a match specification's body may build: tuples, lists, maps, calls, constants, bindings.
-module(ets_select_bodies).
-export([main/0]).

main() ->
    T = ets:new(t, [ordered_set]), ets:insert(T, [{1, "abc", {x, y}}, {2, "de", {z, w}}]),
    [ets:select(T, [{{'$1', '$2', {'$3', '$4'}}, [], [B]}])
     || B <- ['$1', '$_', '$$', {{'$3', '$4'}}, ['$2' | '$1'], [a, '$1'], {const, '$1'}, {{}}, {{{{'$1'}}, b}},
     {length, '$2'}, {hd, '$2'}, #{k => '$1', '$3' => v}, {'+', '$1', 0.5}, "str", <<"bin">>, 7, atom,
      {'div', '$1', 0}, {self}, [], {element, 1, '$_'}, {'=:=', '$1', 1}] -- [{self}]].
