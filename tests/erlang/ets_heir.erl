%% The heir gets the table with its data when the owner dies.
-module(ets_heir).
-export([main/0, id/1]).

main() ->
    S = self(), {P, M} = spawn_monitor(fun() -> T = ets:new(t, [{heir, S, gift}]), ets:insert(T, {x, 1}),
        S ! {table, T} end),
    receive {table, T} -> ok end, receive {'ETS-TRANSFER', T, P, Data} -> ok end,
        receive {'DOWN', M, _, _, _} -> ok end,
    {Data, ets:lookup(T, x), ets:info(T, owner) =:= S, ets:info(T, heir) =:= S, ets:setopts(T, {heir, none}),
     ets:info(T, heir), e(fun() -> ets:setopts(T, id(bad)) end),
     e(fun() -> ets:new(u, [{heir, id(x), d}]) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
