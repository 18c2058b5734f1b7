%% public, protected and private tables as another process sees them.
-module(ets_protection).
-export([main/0]).

main() ->
    Ts = [{P, ets:new(t, [P])} || P <- [public, protected, private]], [ets:insert(T, {k, 1}) || {_, T} <- Ts],
        S = self(),
    spawn(fun() -> S ! [{P, e(fun() -> ets:lookup(T, k) end), e(fun() -> ets:insert(T, {j, 2}) end),
        e(fun() -> ets:info(T, protection) end), e(fun() -> ets:info(T, size) end),
        e(fun() -> ets:delete(T) end)} || {P, T} <- Ts] end),
    receive R -> {R, [lists:member(T, ets:all()) || {_, T} <- Ts]} end.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.
