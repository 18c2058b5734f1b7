%% simple_one_for_one: children by the dozen, terminated by pid; errors of starting.
-module(otp_supervisor_simple).
-export([main/0]).

-behaviour(supervisor).
-export([init/1, start/2]).

main() ->
    {ok, Sup} = supervisor:start_link({local, corpus_sup}, ?MODULE, x),
     Ps = [element(2, supervisor:start_child(corpus_sup, [I])) || I <- lists:seq(1, 12)],
    R = {supervisor:count_children(Sup), [begin P ! {self(), ask}, receive {P, A} -> A end end || P <- Ps],
        supervisor:terminate_child(Sup, hd(Ps)), is_process_alive(hd(Ps)),
        length(supervisor:which_children(Sup)), supervisor:start_child(Sup, [bad]),
        supervisor:start_child(Sup, [ignore]), supervisor:delete_child(Sup, x),
        supervisor:restart_child(Sup, x)},
    unlink(Sup), M = monitor(process, Sup), exit(Sup, shutdown),
        receive {'DOWN', M, _, _, W} -> {R, W, lists:any(fun is_process_alive/1, Ps)} end.

init(X) -> {ok, {#{strategy => simple_one_for_one}, [#{id => any, start => {?MODULE, start, [X]}}]}}.
start(_, bad) -> {error, refused};
start(_, ignore) -> ignore;
start(X, I) -> {ok, spawn_link(fun L() -> receive {F, ask} -> F ! {self(), {X, I}}, L() end end)}.
