%% Five hundred linked processes fall together, one trapping survives.
-module(proc_link_many).
-export([main/0]).

main() ->
    process_flag(trap_exit, true), S = self(),
        Hub = spawn(fun() -> Ps = [spawn_link(fun() -> receive never -> ok end end) || _ <- lists:seq(1, 500)],
        S ! {ps, Ps}, receive go -> exit(hub_down) end end),
    Ps = receive {ps, L} -> L end, Ms = [monitor(process, P) || P <- Ps], link(hd(Ps)), Hub ! go,
        Rs = [receive {'DOWN', M, _, _, R} -> R end || M <- Ms],
        {lists:usort(Rs), length(Rs), receive {'EXIT', P, R} -> {P =:= hd(Ps), R} end}.
