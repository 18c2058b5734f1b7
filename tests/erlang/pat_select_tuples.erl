%% Tagged tuples chosen by tag and by size.
-module(pat_select_tuples).
-export([main/0, id/1]).

main() ->
    [area(S) || S <- [{circle, id(2)}, {square, 3}, {rect, 2, 5}, {tri, 3, 4, 5}, {rect, 1}, {circle, 1, 2},
     circle, {}, {{circle}, 2}, {rect, a, b}]].

area({circle, R}) -> {circle, 3 * R * R};
area({square, A}) -> A * A;
area({rect, A, B}) when is_integer(A), is_integer(B) -> A * B;
area({tri, A, B, C}) -> S = (A + B + C) / 2, S * (S - A) * (S - B) * (S - C);
area({_, _}) -> pair;
area({_, _, _}) -> triple;
area(X) -> {no_shape, X}.

%% Hides a value from the compiler.
id(X) -> X.
