%% Atoms beyond ASCII match, compare and serve as map keys.
-module(atom_compare_unicode).
-export([main/0, id/1]).

main() ->
    E = id(list_to_atom([8364])), O = list_to_atom([246]),
    {E =:= binary_to_atom(<<"€"/utf8>>), O =:= binary_to_atom(<<"ö"/utf8>>), E > O, O > z,
     maps:get('ö', #{O => found}), case E of '€' -> euro; _ -> other end, byte_size(atom_to_binary(E)),
     length(atom_to_list(E)), size_of(E)}.

size_of(A) -> byte_size(term_to_binary(A)).

%% Hides a value from the compiler.
id(X) -> X.
