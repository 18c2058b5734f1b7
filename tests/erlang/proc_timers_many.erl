%% A thousand timers, half of them cancelled.
-module(proc_timers_many).
-export([main/0]).

main() ->
    Ts = [{I, erlang:send_after(20 + I rem 10, self(), {t, I})} || I <- lists:seq(1, 1000)],
        [erlang:cancel_timer(T) || {I, T} <- Ts, I rem 2 =:= 0],
    L = [receive {t, I} -> I end || _ <- lists:seq(1, 500)],
        {lists:sort(L) =:= lists:seq(1, 1000, 2), receive M -> M after 40 -> none end}.
