%% Many processes count in one public table.
-module(ets_from_other_process).
-export([main/0]).

main() ->
    T = ets:new(t, [public]), ets:insert(T, {n, 0}),
        Ps = [spawn_monitor(fun() -> [ets:update_counter(T, n, 1) || _ <- lists:seq(1, 100)] end)
        || _ <- lists:seq(1, 20)],
    [receive {'DOWN', M, _, _, normal} -> ok end || {_, M} <- Ps], ets:lookup(T, n).
