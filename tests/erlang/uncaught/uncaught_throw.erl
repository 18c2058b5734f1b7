%% A throw that nothing catches.
-module(uncaught_throw).
-export([main/0]).

main() ->
    X = throw({ball, 1}),
    {X}.
