%% demonitor with flush and info.
-module(proc_demonitor).
-export([main/0, id/1]).

main() ->
    P = spawn(fun() -> receive stop -> ok end end), M1 = monitor(process, P), A = demonitor(M1),
        M2 = monitor(process, P), M3 = monitor(process, P), P ! stop,
    receive {'DOWN', M3, process, P, _} -> ok end,
    B = demonitor(M2, [flush]), C = receive {'DOWN', M2, _, _, _} -> not_flushed after 0 -> flushed end,
    Q = spawn(fun() -> receive never -> ok end end), M4 = monitor(process, Q),
    {A, B, C, demonitor(M4, [info]), demonitor(M4, [info]), demonitor(M4, [info, flush]),
     demonitor(make_ref()), e(fun() -> demonitor(id(a)) end), e(fun() -> demonitor(M4, id([bad])) end),
     exit(Q, kill)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
