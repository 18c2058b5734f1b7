%% lists:sort, keysort and merge are stable, by == and not =:=.
-module(sort_stability).
-export([main/0, id/1]).

main() ->
    {lists:sort([id({1.0, a}), {1, a}, {1, b}, {1.0, b}]),
     lists:keysort(1, [id({b, 1}), {a, 2}, {b, 0}, {a, 1}]), lists:sort([id(1.0), 1, 1.0, 1]),
     lists:usort([id(1.0), 1, 2, 2.0]), lists:ukeysort(1, [{1, a}, {1.0, b}, {id(2), c}]),
     lists:merge([1, 3.0], [id(1.0), 3]), lists:umerge([1, 3], [id(1.0), 3.0])}.

%% Hides a value from the compiler.
id(X) -> X.
