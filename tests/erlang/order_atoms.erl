%% Atoms compare by their text, byte for byte, a prefix first.
-module(order_atoms).
-export([main/0, id/1]).

main() ->
    As = [b, a, ab, aa, '', 'A', 'Z', z, '_', 'abcd', 'abcdefgh', 'abcdefghi', 'abce', 'a b', '1',
        list_to_atom([228]), list_to_atom([8364])],
    {[atom_to_binary(A) || A <- lists:sort(id(As))],
     [{X, X < abcd, X > abcd} || X <- [abc, abcde, abcz, id(abcd)]]}.

%% Hides a value from the compiler.
id(X) -> X.
