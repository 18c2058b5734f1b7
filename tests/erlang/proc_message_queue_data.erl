%% off-heap message queues behave as on-heap ones.
-module(proc_message_queue_data).
-export([main/0, id/1]).

main() ->
    A = process_flag(message_queue_data, off_heap), [self() ! {I, <<I>>} || I <- lists:seq(1, 100)],
        B = process_info(self(), message_queue_data), C = process_flag(message_queue_data, on_heap),
    {A, B, C, lists:sum([receive {I, _} -> I end || _ <- lists:seq(1, 100)]),
     e(fun() -> process_flag(message_queue_data, id(bad)) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
