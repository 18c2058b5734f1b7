%% A high-priority process runs although normal ones keep busy.
-module(proc_priority_high_runs).
-export([main/0]).

main() ->
    S = self(), Busy = [spawn(fun L() -> L() end) || _ <- [1, 2, 3]],
    P = spawn_opt(fun() -> S ! {done, lists:sum(lists:seq(1, 1000))} end, [{priority, high}]),
    R = receive {done, N} -> N end, [exit(B, kill) || B <- Busy], {R, is_pid(P)}.
