%% A tree of supervisors: a grandchild that dies too often takes its supervisor, which is started anew.
-module(otp_supervision_tree).
-export([main/0]).

-behaviour(supervisor).
-export([init/1, start_sup/1, start_worker/2]).

main() ->
    logger:set_primary_config(level, none), {ok, Top} = supervisor:start_link(?MODULE, {top, self()}),
        unlink(Top),
    W1 = receive {worker, A} -> A end, kill(W1), W2 = receive {worker, B} -> B end,
        [{mid, Mid1, supervisor, _}] = supervisor:which_children(Top), kill(W2),
         W3 = receive {worker, C} -> C end, M = monitor(process, Mid1), kill(W3),
         receive {'DOWN', M, _, _, Why} -> ok end, W4 = receive {worker, D} -> D end,
    [{mid, Mid2, supervisor, _}] = supervisor:which_children(Top), Mt = monitor(process, Top),
     exit(Top, shutdown), receive {'DOWN', Mt, _, _, End} -> {Why, Mid1 =/= Mid2,
     length(lists:usort([W1, W2, W3, W4])), is_process_alive(W4), End} end.

kill(P) -> M = monitor(process, P), exit(P, kill), receive {'DOWN', M, _, _, killed} -> ok end.

init({top, To}) -> {ok, {#{intensity => 5, period => 10},
    [#{id => mid, start => {?MODULE, start_sup, [To]}, type => supervisor}]}};
init({mid, To}) -> {ok, {#{intensity => 2, period => 60},
    [#{id => w, start => {?MODULE, start_worker, [w, To]}}]}}.

start_sup(To) -> supervisor:start_link(?MODULE, {mid, To}).
start_worker(_, To) -> P = spawn_link(fun() -> receive never -> ok end end), To ! {worker, P}, {ok, P}.
