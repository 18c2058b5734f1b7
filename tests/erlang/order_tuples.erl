%% Tuples compare by size first, then element by element.
-module(order_tuples).
-export([main/0, id/1]).

main() ->
    lists:sort(id([{b}, {a}, {}, {a, a}, {1, 2, 3}, {2}, {1.5, 0}, {a, b}, {{}, {}}, {{1}}, {[], a}, {1, 2},
        {1.0, 1}, {0, 99}])).

%% Hides a value from the compiler.
id(X) -> X.
