%% A fixed table may be walked while its objects are deleted and inserted.
-module(ets_safe_fixtable).
-export([main/0, id/1]).

main() ->
    T = ets:new(t, [set]), ets:insert(T, [{I, x} || I <- lists:seq(1, 200)]),
    true = ets:safe_fixtable(T, true), F = ets:info(T, fixed), L = walk(T, ets:first(T), []),
        true = ets:safe_fixtable(T, false),
    {F, ets:info(T, fixed), length(lists:usort(L)), ets:info(T, size), ets:tab2list(T),
     e(fun() -> ets:safe_fixtable(T, id(maybe_)) end)}.

walk(_, '$end_of_table', Acc) -> Acc;
walk(T, K, Acc) -> ets:delete(T, K), walk(T, ets:next(T, K), [K | Acc]).

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
