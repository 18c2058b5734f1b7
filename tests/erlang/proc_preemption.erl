%% An endless loop does not keep others from running, and can be killed.
-module(proc_preemption).
-export([main/0]).

main() ->
    {P, M} = spawn_monitor(fun() -> loop(0) end), {Q, N} = spawn_monitor(fun() -> body() end),
     {V, O} = spawn_monitor(fun() -> (fun F() -> F() end)() end),
    receive after 10 -> ok end, [exit(X, kill) || X <- [P, Q, V]],
    [receive {'DOWN', R, process, _, W} -> W end || R <- [M, N, O]].

loop(N) -> loop(N + 1).
body() -> lists:sum([I || I <- lists:seq(1, 50)]), body().
