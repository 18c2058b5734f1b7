%% term_to_binary of lists: nil, strings, long strings, improper and nested lists.
-module(etf_lists_strings).
-export([main/0, id/1]).

main() ->
    Ls = [id([]), "abc", [0, 255], [1, 256], [a], [a | b], [[], [[]]], [1, 2 | 3], [1.0], "a" ++ [b],
        [$a | $b]],
    [term_to_binary(L) || L <- Ls] ++ [begin L = lists:duplicate(N, $z), B = term_to_binary(L),
     {binary:part(B, 0, 6), byte_size(B), binary_to_term(B) =:= L} end || N <- [65535, 65536]].

%% Hides a value from the compiler.
id(X) -> X.
