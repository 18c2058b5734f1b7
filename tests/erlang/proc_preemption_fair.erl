%% Two counters that never wait both get their turns.
-module(proc_preemption_fair).
-export([main/0]).

main() ->
    Ps = [spawn(fun() -> count(0) end) || _ <- [1, 2]], receive after 30 -> ok end,
    [begin P ! {self(), get}, receive {P, N} -> N > 10 end end || P <- Ps].

count(N) ->
    receive {From, get} -> From ! {self(), N} after 0 -> count(N + 1) end.
