%% match, match_object and match_delete by pattern.
-module(ets_match).
-export([main/0]).

main() ->
    T = ets:new(t, [ordered_set]), ets:insert(T, [{1, a, x}, {2, b, x}, {3, a, y}, {4, {n, 5}, y}]),
    {ets:match(T, {'$1', a, '_'}), ets:match(T, {'$2', '_', '$1'}), ets:match(T, {'_', a, x}),
     ets:match(T, {'$1', {n, '$2'}, '_'}), ets:match(T, '$1'), ets:match(T, {'$1', '$1', '_'}),
     ets:match_object(T, {'_', '_', y}), ets:match_object(T, {'$1', a, '$1'}), ets:match(T, {3, '$1', '_'}),
     ets:match_delete(T, {'_', '_', x}), ets:tab2list(T), ets:match(T, {'_', '_'}), ets:match_delete(T, '_'),
     ets:info(T, size)}.
