%% A process that makes garbage without end keeps its live data whole through collections.
-module(proc_garbage_loop).
-export([main/0]).

main() ->
    Live = lists:seq(1, 1000), M = maps:from_list([{I, [I]} || I <- lists:seq(1, 100)]),
    R = churn(2000, 0), garbage_collect(),
    {R, lists:sum(Live), maps:get(50, M), element(2, process_info(self(), garbage_collection)) =/= []}.

churn(0, Acc) -> Acc;
churn(N, Acc) -> L = lists:reverse(lists:seq(1, 100)), churn(N - 1, Acc + length([{X, X} || X <- L])).
