%% Calls of the natives of tables, one after the other: each sees what those before it have left.
%% Tables have names, so that stock erl and the natives under test name them alike. Keys are such
%% that the order of buckets is the same in both.
-module(ets_calls).
-export([main/0]).

main() ->
    rand:seed(exsss, {7, 8, 9}),
    [new(T, K, []) || {T, K} <- tables()] ++
    [new(second, set, [{keypos, 2}]), new(ordered_second, ordered_set, [{keypos, 2}])] ++
    operations(4000) ++
    [tab2list(T) || {T, _} <- tables()] ++
    [{ets, select, [T, Spec]} || {T, _} <- tables(), Spec <- specs()] ++
    [{ets, select_reverse, [T, Spec]} || {T, _} <- tables(), Spec <- specs()] ++
    [{ets, select_count, [T, Spec]} || {T, _} <- tables(), Spec <- specs()] ++
    [{ets, match, [T, P]} || {T, _} <- tables(), P <- patterns()] ++
    [{ets, match_object, [T, P]} || {T, _} <- tables(), P <- patterns()] ++
    [{ets, match, [T, P]} || T <- [second, ordered_second], P <- patterns()] ++
    replacements() ++ deletions() ++ growth() ++ fixed() ++ tests() ++ errors().

tables() -> [{s, set}, {o, ordered_set}, {b, bag}, {d, duplicate_bag}].
new(Name, Kind, Options) -> {ets, new, [Name, [named_table, public, Kind | Options]]}.
tab2list(T) -> {ets, match_object, [T, '_']}.

pick(List) -> lists:nth(rand:uniform(length(List)), List).

%% No atoms within: their hash is of their number, which differs from run to run.
keys() ->
    lists:seq(1, 40) ++ [1.0, 2.0, 2.5, -1, 0, 1 bsl 59, 1 bsl 70, -(1 bsl 65), a, b, 'long atom', ok,
                         <<>>, <<"x">>, <<"a binary of more than sixty-four bytes, which is kept elsewhere">>,
                         <<1:3>>, [], [9], "text", [1 | 2], {}, {9}, {9, 1}, {9, 1.0}, {9, 2}, {8, 1}, {9, 1, 7},
                         #{}, #{9 => 1}, {{7, [1, {2}]}, 3}].
key() -> pick(keys()).

value() -> pick([0, 1, 2, 3, a, "str", <<"bin">>, 1.5, {6, 7}, #{3 => 4}, [1, 2, 3], 1 bsl 80, true, false]).

object() ->
    case rand:uniform(8) of
        1 -> {key()};
        2 -> {key(), value(), value()};
        3 -> {key(), rand:uniform(3)};
        _ -> {key(), value()}
    end.

objects() -> [object() || _ <- lists:seq(1, rand:uniform(4) - 1)].

operations(0) -> [];
operations(N) -> [operation(pick([s, o, b, d]), rand:uniform(20)) | operations(N - 1)].

operation(T, N) when N =< 4 -> {ets, insert, [T, object()]};
operation(T, 5) -> {ets, insert, [T, objects()]};
operation(T, 6) -> {ets, insert_new, [T, object()]};
operation(T, 7) -> {ets, insert_new, [T, objects()]};
operation(T, 8) -> {ets, lookup, [T, key()]};
operation(T, 9) -> {ets, lookup_element, [T, key(), rand:uniform(3)]};
operation(T, 10) -> {ets, member, [T, key()]};
operation(T, 11) -> {ets, take, [T, key()]};
operation(T, 12) -> {ets, delete, [T, key()]};
operation(T, 13) -> {ets, delete_object, [T, object()]};
operation(T, 14) -> {ets, update_counter, [T, key(), counter()]};
operation(T, 15) -> {ets, update_counter, [T, key(), counter(), {new, 1, 2}]};
operation(T, 16) -> {ets, update_element, [T, key(), elements()]};
operation(T, 17) -> {ets, next, [T, key()]};
operation(T, 18) -> {ets, prev, [T, key()]};
operation(T, 19) -> {ets, info, [T, pick([size, type, keypos, protection, named_table, name, fixed])]};
operation(T, 20) -> pick([{ets, first, [T]}, {ets, last, [T]}, {ets, insert, [pick([second, ordered_second]), object()]},
                          {ets, slot, [T, rand:uniform(300) - 1]}]).

counter() ->
    pick([1, -1, 1 bsl 64, {2, 1}, {2, -3}, {3, 1}, {1, 1}, {9, 1}, {2, 1, 3, 0}, {2, -1, 0, 5}, {2, 0, 1, 7},
          [{2, 1}, {2, 2}], [], [{2, 1}, {3, 1}], a, {2, a}, {0, 1}, {a, 1}, [{2, 1} | x], {2, 1, 2}, 1.5]).
elements() ->
    pick([{2, new}, {3, new}, {1, new}, {9, new}, [{2, x}, {2, y}], [], [{2, x}, {3, y}], a, {a, b}, [{2, z} | q], {0, a}]).

patterns() ->
    ['_', '$1', '$7', {'$1'}, {'$1', '_'}, {'_', '$1'}, {'$1', '$2'}, {'$2', '$1'}, {'$1', '$1'}, {'$1', '$2', '$3'},
     {1, '$1'}, {1.0, '$1'}, {a, '_'}, {{9, 1}, '$1'}, {{9, '_'}, '$1'}, {{9, '$1'}, '$2'}, {{'$1', 1}, '$2'}, {{}, '_'},
     {[], '_'}, {[9], '$1'}, {[9 | '_'], '$1'}, {["t" | '_'], '_'}, {"text", '$1'}, {"te" ++ '_', '$1'}, {['$1' | '$2'], '_'},
     {'_', #{3 => '$1'}}, {'_', #{}}, {#{9 => '$1'}, '_'}, {'_', {6, '$1'}}, {'_', [1, 2 | '$1']}, a, 1, [], {}, {<<"x">>, '$1'},
     {1 bsl 70, '$1'}, {'$1', 1.5}, {'$1', '$0'}, {'$10', '$9'}, {1, 2}, {{9, 1, 7}, '_'}, #{a => 1}, {'_', "str"}].

specs() ->
    [[{P, [], ['$_']}] || P <- patterns()] ++ [[{P, [], ['$$']}] || P <- patterns()] ++
    [[{{'$1', '$2'}, [G], [{{'$2', '$1'}}]}] || G <- guards()] ++
    [[{{'$1', '$2'}, [], [B]}] || B <- bodies()] ++
    [[{{1, '_'}, [], [one]}, {{2, '$1'}, [], ['$1']}, {{40, '_'}, [], ['$_']}, {{1, '_', '_'}, [], [three]}],
     [{{'$1', '_'}, [{is_atom, '$1'}], [atom]}, {{'$1', '_'}, [{is_integer, '$1'}], [{{integer, '$1'}}]}, {'_', [], [other]}],
     [{{{9, '$1'}, '_'}, [{'>', '$1', 1}], ['$1']}], [{{{9, '$1'}, '$2'}, [], ['$$']}],
     [{{'$1', '_'}, [{'<', '$1', 10}, {'>', '$1', 3}], ['$1']}], [{{'$1', '_'}, [], [true]}], [{'_', [], [true]}],
     [{{1, '_'}, [], [true]}, {{1, '_'}, [], [true]}, {{1.0, '_'}, [], [true]}], [], [a], a, [{a, b}], [{'_', [], []}],
     [{'_', [], ['$1']}], [{'_', [{foo}], ['$_']}], [{'_', [], [{a, b}]}], [{'_', [], ['$_']} | x], [{'_', [a | b], ['$_']}],
     [{{'$1', '_'}, [{'andalso', true, {is_tuple, '$1'}, {'>', {size, '$1'}, 2}}], ['$1']}],
     [{{'$1', '_'}, [{'andalso', {is_tuple, '$1'}, {'>', {size, '$1'}, 1}, {'=:=', {element, 1, '$1'}, 9}}], ['$1']}]].

guards() ->
    [true, false, a, {'==', '$1', 1}, {'=:=', '$1', 1}, {'/=', '$1', 1}, {'=/=', '$1', 1}, {'<', '$1', 5}, {'>=', '$1', b},
     {'=<', '$1', '$2'}, {is_atom, '$1'}, {is_float, '$1'}, {is_integer, '$1'}, {is_number, '$2'}, {is_list, '$1'},
     {is_tuple, '$1'}, {is_map, '$2'}, {is_binary, '$1'}, {is_pid, '$1'}, {is_port, '$1'}, {is_reference, '$1'},
     {is_function, '$1'}, {'not', {is_atom, '$1'}}, {'and', {is_integer, '$1'}, {'<', '$1', 9}}, {'and', '$2', true},
     {'or', {is_atom, '$1'}, {is_list, '$1'}}, {'xor', '$2', true}, {'andalso', {is_integer, '$1'}, {'>', {'+', '$1', 1}, 30}},
     {'orelse', {is_atom, '$1'}, {is_binary, '$1'}}, {'orelse', '$2', true}, {'andalso', '$2', true}, {'not', '$2'},
     {'==', {size, '$1'}, 2}, {'>', {length, '$1'}, 1}, {'==', {hd, '$1'}, 9}, {'==', {tl, '$1'}, []},
     {'==', {element, 1, '$1'}, 9}, {'==', {map_size, '$2'}, 1}, {'==', {map_get, 3, '$2'}, 4}, {is_map_key, 3, '$2'},
     {'==', {abs, '$1'}, 1}, {'==', {'rem', '$1', 7}, 3}, {'==', {'div', '$1', 7}, 3}, {'>', {'*', '$1', 2}, 50},
     {'<', {'-', '$1', 20}, 0}, {'==', {'/', '$1', 2}, 1.0}, {'==', {'band', '$1', 3}, 1}, {'==', {'bor', '$1', 1}, 3},
     {'==', {'bxor', '$1', 1}, 3}, {'==', {'bnot', '$1'}, -3}, {'==', {'bsl', '$1', 2}, 8}, {'==', {'bsr', '$1', 2}, 2},
     {'==', {round, '$1'}, 2}, {'==', {trunc, '$1'}, 2}, {'==', {float, '$1'}, 2.0}, {'==', {byte_size, '$1'}, 1},
     {'==', {bit_size, '$1'}, 3}, {'==', {binary_part, '$1', 0, 1}, <<"x">>}, {'==', {node}, nonode@nohost},
     {'==', '$_', {{1, 2}}}, {'==', '$$', [1, 2]}, {is_record, '$1', a, 2}, {'==', '$1', {const, {9, 1}}},
     {'==', '$1', {{9, 1}}}, {'>', '$1', {const, "a"}}, {'<', '$2', []}, {'-', '$1'}, {'+', '$1'}, {'==', {'-', '$1'}, -4}].

%% No map of more than 32 keys: that corrupts the memory of stock erl 25.
bodies() ->
    ['$1', '$_', '$$', {{'$1', '$2'}}, {{}}, [], ['$1'], ['$1', '$2'], ['$1' | '$2'], {{a, ['$1', {{'$2'}}]}}, {const, {'$1', a}},
     #{key => '$1', '$1' => value}, {'+', '$1', '$2'}, {{x, {'+', '$1', '$2'}}}, {hd, '$1'}, {element, 2, '$_'}, {size, '$_'},
     "text", <<"bytes">>, 1.5, 1 bsl 90, {const, [{a, b}]}, {{1, {{2, {{3, '$1'}}}}}}, {'and', true, '$2'}, {'orelse', '$2', 1},
     {'andalso', '$2', 1}, {'*', {'bsl', 1, 70}, '$1'}, {'/', '$1', '$2'}, {'div', '$1', 0}, {map_get, 3, '$2'}, {abs, '$1'},
     {{'$1', '$1', '$1'}}, [1, 2, [3, {{4, '$2'}}] | '$1'], {binary_part, '$1', {{0, 1}}}, {'not', '$2'}, '_'].

replacements() ->
    Specs = [[{{'$1', '_'}, [], [{{'$1', replaced}}]}], [{{'$1', '_', '_'}, [], [{{'$1'}}]}], [{'_', [], ['$_']}],
             [{{1, '_'}, [], [{{1, one}}]}], [{{a, '_'}, [], [{const, {a, constant}}]}], [{{'$1', '$2'}, [], [{{'$2', '$1'}}]}],
             [{{'$1', '_'}, [], ['$1']}], [{{'_', '_'}, [], [{{1, 2}}]}], [{{'$1'}, [], [{{'$1', 1}}]}, {'_', [], [a]}],
             [{{'$1', replaced}, [{is_integer, '$1'}], [{{'$1', {'+', '$1', 1}}}]}], [], a],
    lists:append([[{ets, select_replace, [T, Spec]}, tab2list(T)] || {T, _} <- tables(), Spec <- Specs]).

deletions() ->
    Specs = [[{{'$1', '_'}, [{is_integer, '$1'}, {'<', '$1', 10}], [true]}], [{{'$1', '_'}, [{is_integer, '$1'}], [{'>', '$1', 20}]}],
             [{{a, '_'}, [], [true]}], [{{'$1', '_'}, [], ['$1']}], [{{'_', '_', '_'}, [], [true]}], [{{'$1'}, [], [true]}], a],
    lists:append([[{ets, internal_select_delete, [T, Spec]}, tab2list(T)] || {T, _} <- tables(), Spec <- Specs]) ++
    [{ets, insert, [b, [{bag, I rem 5, x} || I <- lists:seq(1, 20)]]}, {ets, lookup, [b, bag]}, {ets, delete_object, [b, {bag, 3, x}]},
     {ets, lookup, [b, bag]}, {ets, insert, [b, {bag, 1, x}]}, {ets, lookup, [b, bag]}, {ets, lookup_element, [b, bag, 2]},
     {ets, insert, [d, [{bag, I rem 5, x} || I <- lists:seq(1, 20)]]}, {ets, lookup, [d, bag]}, {ets, delete_object, [d, {bag, 3, x}]},
     {ets, take, [d, bag]}, {ets, lookup, [d, bag]}].

%% Tables that grow, and shrink again.
growth() ->
    lists:append([[new(N, K, [])] ++
                  %% Not all in one call: stock erl then puts some in from the end of the list.
                  [{ets, insert, [N, [{I, I * I} || I <- lists:seq(From, From + 99)]]} || From <- lists:seq(1, 5901, 100)] ++
                  [{ets, info, [N, size]}, tab2list(N),
                   {ets, first, [N]}, {ets, last, [N]}, {ets, next, [N, 77]}, {ets, slot, [N, 5]}, {ets, slot, [N, 2500]},
                   {ets, internal_select_delete, [N, [{{'$1', '_'}, [{'>', {'rem', '$1', 10}, 0}], [true]}]]},
                   {ets, info, [N, size]}, tab2list(N), {ets, insert, [N, [{I, again} || I <- lists:seq(1, 100)]]}, tab2list(N),
                   {ets, internal_delete_all, [N, undefined]}, {ets, info, [N, size]}, tab2list(N), {ets, delete, [N]},
                   {ets, info, [N]}, {ets, lookup, [N, 1]}]
                  || {N, K} <- [{growing_s, set}, {growing_o, ordered_set}, {growing_b, bag}, {growing_d, duplicate_bag}]]).

%% What is deleted while a table is fixed is still stepped over.
fixed() ->
    lists:append([[new(N, K, []), {ets, insert, [N, [{I, I} || I <- lists:seq(1, 50)]]}, {ets, safe_fixtable, [N, true]},
                   {ets, info, [N, fixed]}] ++
                  lists:append([[{ets, next, [N, I]}, {ets, delete, [N, I]}, {ets, next, [N, I]}, {ets, member, [N, I]}] || I <- lists:seq(5, 20)]) ++
                  [{ets, insert, [N, [{7, back}, {10, back}, {10, again}, {60, new}]]}, tab2list(N), {ets, next, [N, 7]}, {ets, info, [N, size]},
                   {ets, internal_select_delete, [N, [{{'$1', '_'}, [{'>', '$1', 40}], [true]}]]}, {ets, next, [N, 45]},
                   {ets, safe_fixtable, [N, false]}, {ets, info, [N, fixed]}, {ets, info, [N, size]}, tab2list(N),
                   {ets, next, [N, 45]}, {ets, next, [N, 7]}, {ets, safe_fixtable, [N, true]}, {ets, internal_delete_all, [N, undefined]},
                   {ets, insert, [N, {1, 1}]}, tab2list(N), {ets, safe_fixtable, [N, false]}, tab2list(N)]
                  || {N, K} <- [{fixed_s, set}, {fixed_o, ordered_set}, {fixed_b, bag}, {fixed_d, duplicate_bag}]]).

tests() ->
    Object = {a, 1, 2.5, [x], #{k => v}},
    [{erlang, match_spec_test, [O, Spec, table]} || O <- [{1, 2}, {a, 1.5}, Object], Spec <- specs()] ++
    [{erlang, match_spec_test, [Object, [{{'$1', '_', '_', '_', '_'}, [], [B]}], table]} || B <- wrong()] ++
    [{erlang, match_spec_test, [Object, [{H, [], [a]}], table]} || H <- [#{'$1' => a}, #{'_' => a}, '$99', '$01', '$a', '$', '$0']].

wrong() ->
    [{foo}, {foo, 1}, {'+', 1, 2, 3}, {}, {1, 2}, {{1, 2}, 3}, {const}, {const, 1, 2}, {'and'}, {'or'}, {'andalso'}, {'orelse'},
     {'not', 1, 2}, {'xor', 1, 2, 3}, {message, 1}, {return_trace}, {caller}, {get_tcw}, {set_tcw, 1}, {display, 1}, {is_record, '$_', a},
     {tuple_size, '$_'}, {is_boolean, true}, {ceil, 1.5}, {floor, 1.5}, {is_bitstring, 1}, {is_function, 1, 2}, {'Upper', 1}, '$2',
     ['$3', '$4'], {{5, {foo}}}, {is_seq_trace}, {get_seq_token}, {self, 1}, {'odd name'}].

errors() ->
    [{ets, F, A} || {F, A} <- [
        {new, [s, [named_table]]}, {new, [x, [foo]]}, {new, [x, a]}, {new, ["x", []]}, {new, [x, [{keypos, 0}]]}, {new, [x, [set | a]]},
        {new, [x, [{heir, a, b}]]}, {new, [x, [{write_concurrency, maybe_not}]]}, {lookup, [nope, 1]}, {lookup, [1, 1]}, {lookup, ["s", 1]},
        {insert, [s, a]}, {insert, [s, {}]}, {insert, [s, [{1}, a]]}, {insert, [s, [{1} | a]]}, {insert, [second, {1}]}, {insert_new, [s, a]},
        {insert_new, [s, [{1} | {2}]]}, {lookup_element, [s, nokey, 1]}, {lookup_element, [s, nokey, 0]}, {lookup_element, [s, nokey, a]},
        {delete_object, [s, a]}, {delete_object, [s, {}]}, {info, [nope]}, {info, [nope, size]}, {info, ["x"]}, {info, [s, foo]}, {info, [s, 1]},
        {rename, [s, o]}, {rename, [s, "x"]}, {rename, [s, renamed]}, {info, [renamed, name]}, {info, [s, name]}, {rename, [renamed, s]},
        {safe_fixtable, [s, a]}, {slot, [s, -1]}, {slot, [s, a]}, {slot, [s, 100000]}, {slot, [o, 100000]}, {next, [s, no_such_key]},
        {prev, [s, no_such_key]}, {next, [nope, 1]}, {first, [nope]}, {select, [s, [{'_', [], ['$_']}], 0]}, {select, [s, [{'_', [], ['$_']}], a]},
        {select, [a]}, {select, ['$end_of_table']}, {match, ['$end_of_table']}, {match_object, [{a, b}]}, {select_reverse, ['$end_of_table']},
        {select, [s, [{{nokey}, [], ['$_']}], 5]}, {select, [o, [{{no_such, '_'}, [], ['$_']}], 5]}, {select, [o, [{{22, '_'}, [], ['$_']}], 5]},
        {setopts, [s, a]}, {setopts, [s, {protection, foo}]}, {setopts, [s, {protection, public}]}, {setopts, [s, [{protection, public}, {heir, none}]]},
        {setopts, [s, [{heir, none} | a]]}, {setopts, [s, []]}, {give_away, [s, a, b]}, {whereis, ["x"]}, {whereis, [nope]}, {match_spec_compile, [a]},
        {match_spec_compile, [[]]}, {is_compiled_ms, [a]}, {match_spec_run_r, [[{1}], a, []]}, {update_counter, [b, a, 1]}, {update_element, [b, a, {2, 1}]},
        {update_counter, [s, 1, 1, a]}, {update_counter, [s, unknown, {2, 1}, {unknown, 5, 6}]}, {lookup, [s, unknown]},
        {update_counter, [o, unknown, [{2, 1}, {3, 2}], {unknown, 5, 6}]}, {lookup, [o, unknown]}, {update_counter, [s, unknown2, {2, 1}, {unknown}]},
        {member, [s, unknown2]}, {delete, [nope]}, {delete, [nope, 1]}, {select_count, [s, a]}, {internal_delete_all, [nope, undefined]}]].
