%% send_after and start_timer deliver their messages, to pids and names.
-module(proc_timers_send_after).
-export([main/0]).

main() ->
    R1 = erlang:send_after(1, self(), {hello, 1}), R2 = erlang:start_timer(2, self(), {hello, 2}),
        register(corpus_timer, self()), erlang:send_after(3, corpus_timer, named),
        erlang:send_after(0, self(), now), erlang:send_after(1, corpus_nobody_there, lost),
        erlang:send_after(erlang:monotonic_time(millisecond) + 1, self(), absolute, [{abs, true}]),
    {is_reference(R1), receive {hello, 1} -> one end, receive {timeout, R2, {hello, 2}} -> two end,
     receive named -> named end, receive now -> now end, receive absolute -> absolute end,
     unregister(corpus_timer)}.
