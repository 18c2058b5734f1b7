%% Atoms are quoted exactly where Erlang needs quotes.
-module(atom_printing).
-export([main/0]).

main() ->
    As = [a, aB_1, a@b, 'A', '1a', 'a b', '', '_x', 'hello-world', 'don\'t', 'back\\slash', 'line\nbreak',
        'tab\t', nil, '[]', '{}', 'fun', 'when', 'and', 'maybe', 'div', 'a.b', '@x', 'Ünder',
        list_to_atom([8364]), list_to_atom([229]), list_to_atom([0, 7, 27, 127])],
    [{lists:flatten(io_lib:format("~w", [A])), lists:flatten(io_lib:format("~tw", [A])),
     lists:flatten(io_lib:write_atom(A))} || A <- As].
