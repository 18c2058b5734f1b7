%% Every function that a match specification's guard may call.
-module(ets_select_guards).
-export([main/0]).

main() ->
    T = ets:new(t, [ordered_set]), Vs = [1, -2, 2.5, atom, "list", {t, 1}, <<"bin">>, #{k => v}, [], true,
        fun lists:map/2], ets:insert(T, lists:zip(lists:seq(1, length(Vs)), Vs)),
    Gs = [{is_integer, '$1'}, {is_float, '$1'}, {is_number, '$1'}, {is_atom, '$1'}, {is_list, '$1'},
        {is_tuple, '$1'}, {is_binary, '$1'}, {is_map, '$1'}, {is_function, '$1'}, {is_boolean, '$1'},
         {'=:=', {abs, '$1'}, 2}, {'>', {length, '$1'}, 3}, {'=:=', {hd, '$1'}, $l},
          {'=:=', {tl, '$1'}, "ist"}, {'=:=', {size, '$1'}, 2}, {'=:=', {tuple_size, '$1'}, 2},
           {'=:=', {byte_size, '$1'}, 3}, {'=:=', {map_size, '$1'}, 1}, {'=:=', {map_get, k, '$1'}, v},
            {is_map_key, k, '$1'}, {'=:=', {round, '$1'}, 3}, {'=:=', {trunc, '$1'}, 2},
             {'not', {is_list, '$1'}}, {'and', {is_atom, '$1'}, '$1'},
              {'andalso', {is_number, '$1'}, {'<', '$1', 0}}, {'=:=', {'div', 7, '$1'}, -3},
               {'=:=', {'band', '$1', 1}, 1}, {'=:=', {'bsl', '$1', 2}, 4}, {'=/=', {node}, '$1'},
                {'=:=', {'/', '$1', 2}, 1.25}, {is_record, '$1', t, 2}, {'xor', '$1', true},
                 {'==', '$1', {const, "list"}}, {'=:=', {bit_size, '$1'}, 24}, {'=:=', {float, '$1'}, 1.0}],
    [{G, e(fun() -> ets:select(T, [{{'$2', '$1'}, [G], ['$2']}]) end)} || G <- Gs].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.
