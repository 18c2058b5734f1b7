%% min and max keep the first of two equal terms.
-module(cmp_min_max).
-export([main/0, id/1]).

main() ->
    [{min(A, B), max(A, B)} || {A, B} <- [{id(1), 2}, {1, 1.0}, {1.0, 1}, {a, 1}, {"a", {}}, {#{}, []},
     {<<1>>, <<1, 2>>}, {1 bsl 70, 1.0e30}, {foo, foo}]]
        ++ [lists:min([id(3), 1, 2.0, 1.0]), lists:max([id(3), 3.0, 2]), lists:max([a, "b", {c}]),
            e(fun() -> lists:min(id([])) end), e(fun() -> lists:max(id([])) end)].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
