%% A thousand processes start, answer and end.
-module(proc_process_count).
-export([main/0]).

main() ->
    S = self(), Before = erlang:system_info(process_count),
        Ps = [spawn(fun() -> receive {add, N} -> S ! {self(), N + I} end end) || I <- lists:seq(1, 1000)],
    During = erlang:system_info(process_count), [P ! {add, 1} || P <- Ps], L = [receive {P, N} -> N end
        || P <- Ps],
    {lists:sum(L), During - Before >= 1000, length(lists:usort(Ps)), lists:all(fun(P) -> is_pid(P) end, Ps)}.
