%% Continuations over a set visit every object once, also while it is being changed.
-module(ets_select_limits_set).
-export([main/0]).

main() ->
    T = ets:new(t, [set]), ets:insert(T, [{I, I} || I <- lists:seq(1, 500)]), ets:safe_fixtable(T, true),
    L = walk(T, ets:select(T, [{{'$1', '_'}, [], ['$1']}], 50), []), ets:safe_fixtable(T, false),
    {length(L), lists:sort(L) =:= lists:seq(1, 500), ets:info(T, size), ets:info(T, fixed)}.

walk(_, '$end_of_table', Acc) -> lists:append(Acc);
walk(T, {L, C}, Acc) -> [ets:delete(T, K) || K <- L, K rem 2 =:= 0], walk(T, ets:select(C), [L | Acc]).
