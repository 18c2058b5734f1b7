%% A match variable twice means exactly equal, whatever the table's type.
-module(ets_match_repeated_variables).
-export([main/0]).

main() ->
    [begin T = ets:new(t, [Ty]), ets:insert(T, [{1, 1}, {2, 2.0}, {a, a}, {"x", "x"}, {{1}, {1}}, {3, 4}]),
     {Ty, lists:sort(ets:match(T, {'$1', '$1'})), lists:sort(ets:match_object(T, {'$7', '$7'}))} end
      || Ty <- [set, ordered_set]].
