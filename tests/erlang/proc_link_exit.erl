%% Links: both ways, exit reasons, normal exits, unlink.
-module(proc_link_exit).
-export([main/0, id/1]).

main() ->
    process_flag(trap_exit, true),
    A = spawn_link(fun() -> receive stop -> exit(why) end end), A ! stop,
    R1 = receive {'EXIT', A, X} -> X end,
    B = spawn_link(fun() -> ok end), R2 = receive {'EXIT', B, Y} -> Y end,
    C = spawn_link(fun() -> receive stop -> exit(unseen) end end), unlink(C), M = monitor(process, C), C ! stop,
    R3 = receive {'DOWN', M, process, C, Z} -> Z end,
    {R1, R2, R3, receive {'EXIT', C, _} -> linked after 10 -> unlinked end, unlink(C),
     e(fun() -> link(id(a)) end), link(self())}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
