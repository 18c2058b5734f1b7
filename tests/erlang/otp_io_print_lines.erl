%% ~p breaks long terms over lines: lists, tuples, maps, records, strings, binaries.
-module(otp_io_print_lines).
-export([main/0]).

main() ->
    L = lists:seq(1, 60), T = {some_long_atom_name,
        [{key, "a string value"}, {another_key, <<"a binary value">>}],
         #{map_key => {1, 2, 3}, other => lists:seq(100, 130)}},
    io:format("~p~n~p~n~20p~n~60p~n", [L, T, [{a, b, c}, {d, "efg"}], T]),
    [lists:flatten(io_lib:format("~p", [X])) || X <- [lists:duplicate(30, abcdef),
     list_to_tuple(lists:duplicate(20, {x, y})), lists:duplicate(120, $a), binary:copy(<<"abc">>, 40),
     binary:copy(<<0>>, 40), {lists:duplicate(10, "string"), lists:duplicate(10, 'an atom')},
     [[[[[[[[lists:seq(1, 30)]]]]]]]], maps:from_list([{I, {I, "value"}} || I <- lists:seq(1, 20)]),
      "line\nbreak " ++ lists:duplicate(80, $x), [a | b], {[]}, [{}], [[]]]].
