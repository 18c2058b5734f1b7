%% kill cannot be trapped; those linked to the victim see killed.
-module(proc_kill_linked).
-export([main/0]).

main() ->
    process_flag(trap_exit, true),
    P = spawn_link(fun() -> process_flag(trap_exit, true), receive never -> ok end end),
    exit(P, kill),
    R1 = receive {'EXIT', P, X} -> X end,
    Q = spawn_link(fun() -> exit(kill) end), R2 = receive {'EXIT', Q, Y} -> Y end,
    {V, M} = spawn_monitor(fun() -> spawn_link(fun() -> exit(kill) end), receive never -> ok end end),
    {R1, R2, receive {'DOWN', M, process, V, Z} -> Z end}.
