%% 20,000 objects in an ordered_set, inserted in disorder, walked in order, ranges selected.
-module(ets_large_ordered).
-export([main/0]).

main() ->
    T = ets:new(t, [ordered_set]), [ets:insert(T, {I * 7919 rem 20011, I}) || I <- lists:seq(1, 20000)],
    {ets:info(T, size), ets:first(T), ets:last(T),
     [K || {K, _} <- ets:tab2list(T)] =:= lists:sort([K || {K, _} <- ets:tab2list(T)]),
      ets:select(T, [{{'$1', '$2'}, [{'>=', '$1', 100}, {'<', '$1', 105}], ['$2']}]),
      [ets:next(T, K) || K <- [0, 5, 20009]],
       ets:select_delete(T, [{{'$1', '_'}, [{'=:=', {'rem', '$1', 2}, 0}], [true]}]), ets:info(T, size),
       ets:prev(T, 101)}.
