%% A throw from 100,000 frames deep reaches the handler, with after parts on the way run.
-module(exc_deep_unwind).
-export([main/0]).

main() ->
    put(count, 0),
    {try down(100000) catch throw:bottom -> caught end, try counted(1000) catch throw:bottom -> get(count) end}.

down(0) -> throw(bottom);
down(N) -> [N | down(N - 1)].

counted(0) -> throw(bottom);
counted(N) -> try counted(N - 1) after put(count, get(count) + 1) end.
