%% Conversions of atoms to and from lists and binaries, in every encoding.
-module(atom_text).
-export([main/0, id/1]).

main() ->
    A = id('hello world'), U = list_to_atom([8364, $x]), L = list_to_atom([228, 246]),
    {atom_to_list(A), atom_to_binary(A), atom_to_binary(A, latin1), binary_to_atom(<<"a b">>),
     binary_to_atom(<<"ab">>, latin1), list_to_atom("xyz"), list_to_atom(""),
     atom_to_list(U), atom_to_binary(U, utf8), atom_to_binary(L), atom_to_binary(L, latin1),
     binary_to_atom(<<228, 246>>, latin1) =:= L, binary_to_existing_atom(<<"hello world">>, utf8) =:= A}.

%% Hides a value from the compiler.
id(X) -> X.
