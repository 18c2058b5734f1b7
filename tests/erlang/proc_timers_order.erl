%% Timers fire in the order of their times, not of their making.
-module(proc_timers_order).
-export([main/0]).

main() ->
    [erlang:send_after(T, self(), {t, T}) || T <- [40, 10, 30, 20, 50]],
    [receive {t, T} -> T end || _ <- lists:seq(1, 5)].
