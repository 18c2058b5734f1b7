-module(messages).
-export([call/2, loop/1, selective/1, flush/0]).

call(Pid, Request) ->
    Ref = monitor(process, Pid),
    Pid ! {Ref, self(), Request},
    receive
        {Ref, Reply} ->
            demonitor(Ref, [flush]),
            {ok, Reply};
        {'DOWN', Ref, process, _, Reason} ->
            {error, Reason}
    after 5000 ->
        timeout
    end.

loop(State) ->
    receive
        {get, From} -> From ! State, loop(State);
        {put, New} -> loop(New);
        stop -> ok
    end.

selective(Time) ->
    receive
        important -> yes
    after Time -> no
    end.

flush() ->
    receive _ -> flush() after 0 -> ok end.
