%% Significant children and auto_shutdown.
-module(otp_supervisor_auto_shutdown).
-export([main/0]).

-behaviour(supervisor).
-export([init/1, start/2]).

main() ->
    logger:set_primary_config(level, none), process_flag(trap_exit, true),
    [begin {ok, S} = supervisor:start_link(?MODULE, {How, self()}), Ps = [receive {N, P} -> {N, P} end
     || N <- [a, b]], finish(a, Ps), E = receive {'EXIT', S, W} -> W after 20 -> begin finish(b, Ps),
     receive {'EXIT', S, V} -> {second, V} after 20 -> lives end end end, catch exit(S, kill), {How, E} end
     || How <- [never, any_significant, all_significant]].

finish(N, Ps) -> P = proplists:get_value(N, Ps), M = monitor(process, P), P ! stop,
    receive {'DOWN', M, _, _, _} -> ok end.

init({How, To}) -> {ok, {#{auto_shutdown => How},
    [#{id => N, start => {?MODULE, start, [N, To]}, restart => transient, significant => How =/= never}
     || N <- [a, b]]}}.
start(N, To) -> P = spawn_link(fun() -> receive stop -> ok end end), To ! {N, P}, {ok, P}.
