%% Ten thousand requests and answers between two processes.
-module(proc_ping_pong).
-export([main/0]).

main() ->
    P = spawn(fun() -> pong(0) end), [begin P ! {self(), I}, receive {P, I, _} -> ok end end
        || I <- lists:seq(1, 10000)], P ! {self(), stop},
    receive {P, N} -> N end.

pong(N) -> receive {F, stop} -> F ! {self(), N}; {F, I} -> F ! {self(), I, N}, pong(N + 1) end.
