%% Partly bound tuple keys of an ordered_set are matched in order.
-module(ets_tuple_keys_prefix).
-export([main/0]).

main() ->
    T = ets:new(t, [ordered_set]), ets:insert(T, [{{A, B}, [A, B]} || A <- [3, 1, 2], B <- [z, x, y]]),
    {ets:match(T, {{2, '$1'}, '_'}), ets:select(T, [{{{1, '$1'}, '_'}, [{'=/=', '$1', y}], ['$_']}]),
     ets:next(T, {1, zz}), ets:prev(T, {2, a}), ets:match_delete(T, {{3, '_'}, '_'}),
     ets:select(T, [{{{'$1', x}, '_'}, [], ['$1']}]), ets:first(T), ets:last(T)}.
