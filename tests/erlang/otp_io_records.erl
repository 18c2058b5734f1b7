%% io_lib:print and pretty printing with record names; write and its helpers.
-module(otp_io_records).
-export([main/0]).

-record(person, {name, age = 3, tags = []}).

main() ->
    F = fun(person, 3) -> [name, age, tags]; (_, _) -> no end,
    [lists:flatten(io_lib_pretty:print(#person{name = "ann"}, F)),
     lists:flatten(io_lib_pretty:print({x, #person{}, [#person{tags = lists:seq(1, 40)}]},
     [{record_print_fun, F}, {column, 5}, {line_length, 40}])),
      lists:flatten(io_lib:write({a, "b", 'C d', [1 | 2]})), lists:flatten(io_lib:write(lists:seq(1, 50), 8)),
      lists:flatten(io_lib:print([1, 2, 3], 1, 6, -1)), io_lib:write_string("a\"b\n"), io_lib:write_char($a),
      io_lib:write_char($\n), io_lib:quote_atom('a b', []), io_lib:write_atom('X'), io_lib:nl(),
      io_lib:deep_char_list(["a", [$b]]), io_lib:char_list("ab"), io_lib:char_list([a]),
      io_lib:indentation("ab\ncd", 0), io_lib:format_prompt(x), lists:flatten(io_lib:fwrite("~w", [x]))].
