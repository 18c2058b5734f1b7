%% alias/0,1 and unalias/1; sending to an alias reaches its process while it lives.
-module(proc_alias).
-export([main/0, id/1]).

main() ->
    A = alias(), A ! one, R1 = receive one -> got end, U = unalias(A), A ! two,
        R2 = receive two -> got after 10 -> dropped end,
    B = alias([reply]), B ! three, R3 = receive three -> got end, B ! four,
        R4 = receive four -> got after 10 -> dropped end,
    C = alias([explicit_unalias]), {P, M} = spawn_monitor(fun() -> C ! {from, 1}, C ! {from, 2} end),
        receive {'DOWN', M, process, P, normal} -> ok end,
    {R1, U, R2, R3, R4, [receive {from, N} -> N end || _ <- [1, 2]], unalias(C), unalias(C),
     unalias(make_ref()), e(fun() -> alias(id([bad])) end), e(fun() -> unalias(id(x)) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
