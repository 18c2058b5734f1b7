%% spawn_request answers with a message, for good and bad requests.
-module(proc_spawn_request).
-export([main/0, id/1]).

main() ->
    R1 = spawn_request(fun() -> receive stop -> ok end end), P = receive {spawn_reply, R1, ok, Pid} -> Pid end,
    R2 = spawn_request(fun() -> ok end, [monitor, {reply_tag, tagged}]),
        A = receive {tagged, R2, ok, Q} -> receive {'DOWN', R2, process, Q, W} -> W end end,
    R3 = spawn_request(lists, sum, [[1, 2]], [{reply, no}]), exit(P, kill),
    {is_pid(P), A, is_reference(R3), receive {spawn_reply, R3, _, _} -> reply after 10 -> none end,
     e(fun() -> spawn_request(id(a)) end), begin R4 = spawn_request(fun() -> ok end, [bad_option]),
     receive {spawn_reply, R4, error, E} -> E end end}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
