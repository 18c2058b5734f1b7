%% A parallel map collects results in order by monitor references.
-module(proc_parallel_map).
-export([main/0]).

main() ->
    pmap(fun(X) -> lists:sum(lists:seq(1, X)) end, lists:seq(1, 30)).

pmap(F, L) ->
    S = self(), Ps = [spawn_monitor(fun() -> S ! {self(), F(X)} end) || X <- L],
    [receive {P, R} -> demonitor(M, [flush]), R; {'DOWN', M, _, _, W} -> {failed, W} end || {P, M} <- Ps].
