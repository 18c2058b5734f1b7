%% A variable twice in a pattern means exactly equal.
-module(pat_repeated_variables).
-export([main/0, id/1]).

main() ->
    [f(P) || P <- [{id(1), 1}, {1, 1.0}, {a, b}, {[x], [x]}, {"ab", "ab"}, {<<1>>, <<1>>},
     {#{a => 1}, #{a => 1}}, {{1, {2}}, {1, {2}}}, {0.0, 0.0}, {1 bsl 70, 1 bsl 70}]].

f({X, X}) -> {same, X};
f({X, Y}) when X == Y -> {equal, X, Y};
f({_, _}) -> different.

%% Hides a value from the compiler.
id(X) -> X.
