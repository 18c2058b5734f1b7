%% Linking to a dead process gives noproc: as a message when trapping, as an error when not.
-module(proc_link_dead).
-export([main/0]).

main() ->
    {D, R} = spawn_monitor(fun() -> ok end), receive {'DOWN', R, _, _, _} -> ok end,
    {_, R2} = spawn_monitor(fun() -> exit({result, e(fun() -> link(D) end)}) end),
    A = receive {'DOWN', R2, _, _, W} -> W end,
    process_flag(trap_exit, true),
    {A, link(D), receive {'EXIT', D, X} -> X end}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.
