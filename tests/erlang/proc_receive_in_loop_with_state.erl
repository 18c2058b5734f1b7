%% A server loop with state, synchronous calls, and a clean end.
-module(proc_receive_in_loop_with_state).
-export([main/0]).

main() ->
    P = spawn(fun() -> loop(#{}) end),
    R = [call(P, M) || M <- [{put, a, 1}, {put, b, 2}, {get, a}, {get, z}, size, {put, a, 3}, {get, a}, stop]],
        {R, call(P, anything)}.

call(P, M) ->
    Ref = monitor(process, P), P ! {self(), Ref, M},
    receive {Ref, R} -> demonitor(Ref, [flush]), R; {'DOWN', Ref, process, P, W} -> {down, W} end.

loop(S) ->
    receive
        {F, R, {put, K, V}} -> F ! {R, maps:get(K, S, new)}, loop(S#{K => V});
        {F, R, {get, K}} -> F ! {R, maps:find(K, S)}, loop(S);
        {F, R, size} -> F ! {R, map_size(S)}, loop(S);
        {F, R, stop} -> F ! {R, S}
    end.
