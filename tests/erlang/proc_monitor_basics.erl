%% Monitors: reasons, noproc, of names, several at once, of oneself.
-module(proc_monitor_basics).
-export([main/0, id/1]).

main() ->
    P = spawn(fun() -> receive X -> exit(X) end end), Ms = [monitor(process, P) || _ <- [1, 2, 3]], P ! bye,
    L = [receive {'DOWN', M, process, P, R} -> R end || M <- Ms],
    D = monitor(process, P), N = monitor(process, no_such_name), Self = monitor(process, self()),
    {L, receive {'DOWN', D, process, P, Y} -> Y end, receive {'DOWN', N, process, Who, Z} -> {Who, Z} end,
     is_reference(Self), receive {'DOWN', Self, _, _, _} -> down after 0 -> none end,
     e(fun() -> monitor(process, id(1)) end), e(fun() -> monitor(id(bad), self()) end),
     length(lists:usort(Ms))}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
