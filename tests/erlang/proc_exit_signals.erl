%% exit/2: normal, other, kill, to oneself and to others, trapped or not.
-module(proc_exit_signals).
-export([main/0, id/1]).

main() ->
    W = fun(Trap) -> spawn_monitor(fun() -> process_flag(trap_exit, Trap),
        (fun L() -> receive {'EXIT', _, R} when R =/= stop -> exit({trapped, R}); ping -> L();
        stop -> ok end end)() end) end,
    T = fun(Trap, Reason) -> {P, M} = W(Trap), P ! ping, receive after 1 -> ok end, exit(P, Reason), P ! stop,
        receive {'DOWN', M, process, P, X} -> X end end,
    process_flag(trap_exit, true), exit(self(), for_me), exit(self(), normal),
    {[T(false, R) || R <- [normal, shutdown, kill, {a, b}]], [T(true, R) || R <- [normal, shutdown, kill]],
     receive {'EXIT', F, for_me} -> F =:= self() end,
     receive {'EXIT', _, normal} -> trapped_normal after 0 -> none end, exit(spawn(fun() -> ok end), late),
     e(fun() -> exit(id(a), b) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
