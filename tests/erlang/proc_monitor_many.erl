%% A thousand monitors on one process, and one process that watches a thousand.
-module(proc_monitor_many).
-export([main/0]).

main() ->
    P = spawn(fun() -> receive stop -> exit(stopped) end end),
        Ms = [monitor(process, P) || _ <- lists:seq(1, 1000)], P ! stop,
        A = [receive {'DOWN', M, process, P, R} -> R end || M <- Ms],
    Qs = [spawn_monitor(fun() -> receive {die, I} -> exit({dead, I}) end end) || I <- lists:seq(1, 1000)],
        [Q ! {die, I} || {I, {Q, _}} <- lists:zip(lists:seq(1, 1000), Qs)],
    {lists:usort(A), lists:sum([receive {'DOWN', M, process, _, {dead, I}} -> I end || {_, M} <- Qs]),
     process_info(self(), monitors)}.
