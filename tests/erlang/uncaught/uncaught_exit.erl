%% An exit with a reason.
-module(uncaught_exit).
-export([main/0]).

main() ->
    ok = io:put_chars("leaving\n"),
    exit({shutdown, some_reason}).
