%% A timer to a process that has gone is forgotten.
-module(proc_timer_dead_owner).
-export([main/0]).

main() ->
    {P, M} = spawn_monitor(fun() -> receive stop -> ok end end), T = erlang:send_after(50000, P, x), P ! stop,
     receive {'DOWN', M, _, _, _} -> ok end, receive after 5 -> ok end,
    {erlang:cancel_timer(T), erlang:read_timer(T)}.
