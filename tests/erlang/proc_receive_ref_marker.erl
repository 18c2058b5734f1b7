%% A reply is found by its fresh reference behind ten thousand other messages.
-module(proc_receive_ref_marker).
-export([main/0]).

main() ->
    [self() ! {noise, I} || I <- lists:seq(1, 10000)],
    Echo = spawn(fun L() -> receive {From, Ref, M} -> From ! {Ref, M}, L() end end),
    Rs = [begin R = make_ref(), Echo ! {self(), R, I}, receive {R, V} -> V end end || I <- lists:seq(1, 200)],
    {Rs =:= lists:seq(1, 200), element(2, process_info(self(), message_queue_len)), receive F -> F end,
     exit(Echo, kill)}.
