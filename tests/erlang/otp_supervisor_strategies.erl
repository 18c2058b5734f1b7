%% one_for_one, one_for_all, rest_for_one: which children start anew when the middle one dies.
-module(otp_supervisor_strategies).
-export([main/0]).

-behaviour(supervisor).
-export([init/1, start_child/1, child/2]).

main() ->
    logger:set_primary_config(level, none), process_flag(trap_exit, true),
    [strategy(S) || S <- [one_for_one, one_for_all, rest_for_one]].

strategy(S) ->
    {ok, Sup} = supervisor:start_link(?MODULE, {S, self()}),
    Old = [receive {started, N, P} -> {N, P} end || N <- [a, b, c]],
    B = proplists:get_value(b, Old), Mon = monitor(process, B), exit(B, kill),
        receive {'DOWN', Mon, _, _, _} -> timer:sleep(1) end,
    supervisor:count_children(Sup), New = collect(),
    L = lists:sort([N || {N, _} <- New]), C = supervisor:count_children(Sup),
        W = [{I, T, M} || {I, P, T, M} <- supervisor:which_children(Sup), is_pid(P)],
    unlink(Sup), exit(Sup, shutdown), {S, L, C, W}.

collect() -> receive {started, N, P} -> [{N, P} | collect()] after 0 -> [] end.

init({S, To}) -> {ok, {#{strategy => S, intensity => 3, period => 5},
    [#{id => N, start => {?MODULE, start_child, [{N, To}]}} || N <- [a, b, c]]}}.

start_child({N, To}) -> {ok, spawn_link(?MODULE, child, [N, To])}.
child(N, To) -> To ! {started, N, self()}, receive stop -> ok end.
