%% Lists compare element by element; the shorter prefix is less; improper tails compare as terms.
-module(order_lists).
-export([main/0, id/1]).

main() ->
    lists:sort(id([[b], [], [a], [a, a], [a | b], [1, 2, 3], [1, 2 | 3], [1], [1 | 0], [1 | z], "abc", "ab",
        [[]], [[], []], [1.0, 2], [1, 1.5]])).

%% Hides a value from the compiler.
id(X) -> X.
