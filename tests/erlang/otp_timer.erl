%% timer: tc, sleep, send_after, apply_after, send_interval, cancel, and the unit functions.
-module(otp_timer).
-export([main/0]).

-export([hit/2]).

main() ->
    {T, V} = timer:tc(fun() -> timer:sleep(5), value end), {ok, _} = timer:send_after(1, hello),
     receive hello -> ok end, {ok, _} = timer:apply_after(1, ?MODULE, hit, [self(), 1]),
     receive {hit, 1} -> ok end,
    {ok, I} = timer:send_interval(2, tick), Ticks = [receive tick -> tick end || _ <- [1, 2, 3]],
     C = timer:cancel(I), {ok, K} = timer:send_after(100000, never),
     {ok, X} = timer:kill_after(1, spawn(fun() -> receive never -> ok end end)),
    {T >= 5000, V, Ticks, C, timer:cancel(K), is_tuple(X), timer:seconds(2), timer:minutes(3), timer:hours(1),
     timer:hms(1, 2, 3), timer:cancel(make_ref()), timer:send_after(-1, x),
     element(2, timer:tc(lists, sum, [[1, 2]])), timer:now_diff({1, 2, 3}, {1, 1, 4})}.

hit(To, N) -> To ! {hit, N}.
