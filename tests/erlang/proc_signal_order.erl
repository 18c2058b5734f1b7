%% Signals between two processes arrive in order: messages, links, exits, info requests.
-module(proc_signal_order).
-export([main/0]).

main() ->
    process_flag(trap_exit, true), S = self(),
    R1 = [begin P = spawn(fun() -> (fun L(N) -> receive {add, M} -> L(N + M);
    {S, get} -> S ! {self(), N} end end)(0) end), [P ! {add, I} || I <- lists:seq(1, K)], P ! {S, get},
     receive {P, N} -> N end end || K <- [0, 10, 100]],
    Q = spawn_link(fun() -> [S ! {n, I} || I <- lists:seq(1, 10)], exit(after_ten) end),
        R2 = receive {'EXIT', Q, after_ten} -> [receive {n, I} -> I after 0 -> missing end
        || I <- lists:seq(1, 10)] end,
    V = spawn(fun() -> receive go -> receive never -> ok end end end), [V ! {m, I} || I <- [1, 2, 3]],
        {message_queue_len, R3} = process_info(V, message_queue_len), exit(V, kill), {R1, R2, R3}.
