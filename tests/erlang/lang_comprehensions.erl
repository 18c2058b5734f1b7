%% List comprehensions: several generators, filters, nesting, shadowing, order of evaluation.
-module(lang_comprehensions).
-export([main/0, id/1]).

main() ->
    {[{X, Y} || X <- [1, 2, 3], Y <- [a, b]],
     [X * Y || X <- lists:seq(1, 5), X rem 2 =:= 1, Y <- lists:seq(X, 5), Y > 2],
      [[Y || Y <- lists:seq(1, X)] || X <- [3, 1, 0]], [X || {ok, X} <- [{ok, 1}, error, {ok, 2}]],
       [{A, B, C} || A <- lists:seq(1, 20), B <- lists:seq(A, 20), C <- lists:seq(B, 20),
        A * A + B * B =:= C * C], lists:flatten([[X, $,] || X <- "abc"]),
        [X || X <- [1, 2, 3], begin put(last, X), X =/= 2 end], get(last), [ok || _ <- [1, 2]],
         [X || X <- [], exit(never)], [Z || X <- [1, 2], Z <- [X, id(X)], Z > 1]}.

%% Hides a value from the compiler.
id(X) -> X.
