%% ets:info of every key whose value is the same everywhere.
-module(ets_info).
-export([main/0, id/1]).

main() ->
    T = ets:new(tab, [ordered_set, public, {keypos, 2}, {read_concurrency, true}, compressed]),
        ets:insert(T, {x, 1}),
    {[{K, ets:info(T, K)} || K <- [name, type, size, keypos, protection, named_table, heir, compressed,
     read_concurrency, write_concurrency, fixed, decentralized_counters]], ets:info(T, owner) =:= self(),
     ets:info(T, id) =:= T, is_integer(ets:info(T, memory)), lists:sort([K || {K, _} <- ets:info(T)]),
     ets:info(T, node), e(fun() -> ets:info(T, id(nonsense)) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
