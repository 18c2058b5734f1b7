%% is_process_alive and processes/0 agree with the life of a process.
-module(proc_is_alive).
-export([main/0]).

main() ->
    {P, M} = spawn_monitor(fun() -> receive stop -> ok end end), A = is_process_alive(P),
     B = lists:member(P, processes()), P ! stop, receive {'DOWN', M, _, _, _} -> ok end,
    {A, B, is_process_alive(P), lists:member(P, processes()), is_process_alive(self()),
     lists:member(self(), processes())}.
