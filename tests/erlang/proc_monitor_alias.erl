%% Monitors with an alias: replies arrive until the alias ends, by rule.
-module(proc_monitor_alias).
-export([main/0, id/1]).

main() ->
    S = fun() -> spawn(fun L() -> receive {To, M} -> To ! {To, M}, L(); stop -> ok end end) end,
    P = S(), A = monitor(process, P, [{alias, reply_demonitor}]), P ! {A, 1},
        R1 = receive {A, 1} -> got after 5000 -> no end, P ! {A, 2},
        R2 = receive {A, 2} -> got after 20 -> dropped end,
    B = monitor(process, P, [{alias, explicit_unalias}]), P ! {B, 3}, R3 = receive {B, 3} -> got end,
        demonitor(B), P ! {B, 4}, R4 = receive {B, 4} -> got after 5000 -> no end, R5 = unalias(B), P ! {B, 5},
        R6 = receive {B, 5} -> got after 20 -> dropped end,
    C = monitor(process, P, [{alias, demonitor}]), demonitor(C), P ! {C, 6},
        R7 = receive {C, 6} -> got after 20 -> dropped end,
    D = monitor(process, P, [{tag, my_tag}]), P ! stop, R8 = receive {my_tag, D, process, P, W} -> W end,
    [R1, R2, R3, R4, R5, R6, R7, R8, e(fun() -> monitor(process, P, [{alias, id(bad)}]) end)].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
