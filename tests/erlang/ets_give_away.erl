%% give_away hands a table to another process, which is told.
-module(ets_give_away).
-export([main/0, id/1]).

main() ->
    T = ets:new(t, [protected]), ets:insert(T, {a, 1}), S = self(),
    P = spawn(fun() -> receive {'ETS-TRANSFER', Tab, From, D} -> ets:insert(Tab, {b, 2}),
        S ! {got, D, From =:= S}, receive stop -> ok end end end),
    R = ets:give_away(T, P, data), receive {got, D, F} -> ok end,
    {R, D, F, ets:info(T, owner) =:= P, lists:sort(ets:tab2list(T)), e(fun() -> ets:insert(T, {c, 3}) end),
     e(fun() -> ets:give_away(T, P, x) end), e(fun() -> ets:give_away(ets:new(u, []), id(nopid), x) end),
     e(fun() -> ets:give_away(ets:new(u, []), S, x) end), exit(P, kill)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
