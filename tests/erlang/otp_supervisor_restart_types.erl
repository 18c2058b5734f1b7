%% permanent, transient and temporary children after normal and abnormal ends.
-module(otp_supervisor_restart_types).
-export([main/0]).

-behaviour(supervisor).
-export([init/1, start/2]).

main() ->
    logger:set_primary_config(level, none), {ok, Sup} = supervisor:start_link(?MODULE, self()), unlink(Sup),
    R = [{T, How, again(Sup, T, How)} || T <- [permanent, transient, temporary],
        How <- [normal, shutdown, {shutdown, x}, crash], prepare(Sup, T)],
    M = monitor(process, Sup), exit(Sup, shutdown), {R, receive {'DOWN', M, _, _, W} -> W end}.

prepare(Sup, T) -> supervisor:terminate_child(Sup, T), supervisor:delete_child(Sup, T),
    {ok, _} = supervisor:start_child(Sup, #{id => T, start => {?MODULE, start, [T, self()]}, restart => T}),
     true.

%% Once the child is gone, a call to the supervisor comes behind its exit signal.
again(Sup, T, How) ->
    receive {up, T, P} -> M = monitor(process, P), P ! {finish, How},
        receive {'DOWN', M, _, _, _} -> ok end end,
    timer:sleep(1), supervisor:count_children(Sup),
        receive {up, T, _} -> restarted after 0 -> not_restarted end.

init(_) -> {ok, {#{intensity => 100}, []}}.
start(T, To) -> {ok, spawn_link(fun() -> To ! {up, T, self()}, receive {finish, R} -> exit(R) end end)}.
