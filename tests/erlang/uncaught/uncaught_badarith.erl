%% An arithmetic error that nothing catches, after some output.
-module(uncaught_badarith).
-export([main/0]).

main() ->
    io:format("before~n"),
    {ok, divide(1, 0)}.

divide(A, B) -> A div B.
