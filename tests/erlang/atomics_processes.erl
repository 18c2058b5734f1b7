%% Additions of many processes to one atomic are all counted.
-module(atomics_processes).
-export([main/0]).

main() ->
    A = atomics:new(1, []), Ms = [spawn_monitor(fun() -> [atomics:add(A, 1, I) || I <- lists:seq(1, 100)] end)
        || _ <- lists:seq(1, 10)], [receive {'DOWN', M, _, _, normal} -> ok end || {_, M} <- Ms],
    {atomics:get(A, 1), cas(A, 1000)}.

cas(A, 0) -> atomics:get(A, 1);
cas(A, N) -> V = atomics:get(A, 1), ok = atomics:compare_exchange(A, 1, V, V + 2), cas(A, N - 1).
