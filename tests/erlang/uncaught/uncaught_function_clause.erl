%% function_clause shows the arguments.
-module(uncaught_function_clause).
-export([main/0]).

main() ->
    [f(I) || I <- [1, 2, three]].

f(I) when is_integer(I) -> I * 2.
