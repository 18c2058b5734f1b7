%% cancel_timer and read_timer tell the time left, or false.
-module(proc_timers_cancel).
-export([main/0]).

main() ->
    T = erlang:send_after(100000, self(), never), L = erlang:read_timer(T), C = erlang:cancel_timer(T),
        D = erlang:cancel_timer(T), U = erlang:send_after(0, self(), done), receive done -> ok end,
    A = erlang:start_timer(50000, self(), x), ok = erlang:cancel_timer(A, [{async, true}]),
    {L =< 100000, L > 90000, C =< 100000, C > 90000, D, erlang:read_timer(T), erlang:cancel_timer(U),
     receive {cancel_timer, A, N} -> is_integer(N) end, erlang:cancel_timer(make_ref()),
     erlang:cancel_timer(erlang:start_timer(1000, self(), z), [{info, false}]),
     receive never -> bad after 0 -> none end}.
