%% Lists by length, by head, by tail and by element types.
-module(pat_list_shapes).
-export([main/0, id/1]).

main() ->
    [f(L) || L <- [id([]), [1], [1, 2], [1, 2, 3], [a], [a | b], [[1], 2], "abcd", [1, 2 | 3]]].

f([]) -> nil; f([X]) when is_integer(X) -> {one, X}; f([X, Y]) when is_integer(X) -> {two, X, Y};
f([[_] | _]) -> nested; f([_, _, Z]) -> {three, Z}; f([_ | T]) when is_atom(T) -> {improper, T};
f([_, _ | T]) when is_integer(T) -> {improper2, T}; f([H | T]) -> {H, length(T)}.

%% Hides a value from the compiler.
id(X) -> X.
