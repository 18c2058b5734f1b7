%% A compressed table gives the same objects.
-module(ets_compressed).
-export([main/0]).

main() ->
    T = ets:new(t, [compressed]), L = [{I, lists:duplicate(50, I), <<I:800>>, #{I => "x"}}
        || I <- lists:seq(1, 50)], ets:insert(T, L),
    {lists:sort(ets:tab2list(T)) =:= L, ets:lookup_element(T, 7, 4),
     ets:select(T, [{{'$1', '_', '_', '_'}, [{'>', '$1', 48}], ['$1']}]) -- [49, 50],
     ets:update_element(T, 3, {2, changed}), element(2, hd(ets:lookup(T, 3))), ets:info(T, compressed)}.
