%% An ordered_set lists in term order: first, next, prev, last, tab2list.
-module(ets_ordered_set).
-export([main/0]).

main() ->
    T = ets:new(t, [ordered_set]), [ets:insert(T, {K, x})
        || K <- [5, 1.5, a, "s", {t}, <<"b">>, [], -1, #{}, 1 bsl 70, b]],
    {ets:tab2list(T), ets:first(T), ets:last(T), ets:next(T, 5), ets:prev(T, 5), ets:next(T, 4),
     ets:prev(T, 1000), ets:next(T, ets:last(T)), ets:prev(T, ets:first(T)), walk(T, ets:first(T)),
     ets:foldl(fun({K, _}, A) -> [K | A] end, [], T), ets:foldr(fun({K, _}, A) -> [K | A] end, [], T)}.

walk(_, '$end_of_table') -> [];
walk(T, K) -> [K | walk(T, ets:next(T, K))].
