%% An exit with reason normal is no result either.
-module(uncaught_exit_normal).
-export([main/0]).

main() ->
    exit(normal).
