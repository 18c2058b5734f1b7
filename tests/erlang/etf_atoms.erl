%% term_to_binary of atoms: short, long, empty, Latin-1 and beyond, by minor version.
-module(etf_atoms).
-export([main/0, id/1]).

main() ->
    As = [id(a), '', true, 'hello world', list_to_atom([228]), list_to_atom([8364]),
        list_to_atom(lists:duplicate(255, $x)), list_to_atom(lists:duplicate(100, 228))],
    [{erlang:phash2(term_to_binary(A)), binary:part(term_to_binary(A), 0, 3), byte_size(term_to_binary(A)),
     byte_size(term_to_binary(A, [{minor_version, 1}])), binary_to_term(term_to_binary(A)) =:= A} || A <- As]
     ++ [term_to_binary(id(ok)), term_to_binary(ok, [{minor_version, 1}]), term_to_binary(list_to_atom([228]))].

%% Hides a value from the compiler.
id(X) -> X.
