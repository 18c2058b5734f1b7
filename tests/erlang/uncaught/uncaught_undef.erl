%% A call of an undefined function.
-module(uncaught_undef).
-export([main/0]).

main() ->
    {result, no_such_module:no_such_function(1, "two")}.
