%% A table ends with its owner.
-module(ets_owner_dies).
-export([main/0]).

main() ->
    S = self(), {P, M} = spawn_monitor(fun() -> T = ets:new(corpus_mine, [named_table, public]),
        ets:insert(T, {a, 1}), S ! {t, ets:lookup(T, a)}, receive stop -> ok end end),
    receive {t, L} -> ok end, O = ets:info(corpus_mine, owner) =:= P, ets:insert(corpus_mine, {b, 2}),
        P ! stop, receive {'DOWN', M, _, _, _} -> ok end,
    {L, O, ets:info(corpus_mine), e(fun() -> ets:insert(corpus_mine, {c, 1}) end), ets:whereis(corpus_mine)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.
