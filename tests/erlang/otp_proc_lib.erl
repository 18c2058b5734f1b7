%% proc_lib: start_link with init_ack, initial_call, ancestors, hibernate, stop.
-module(otp_proc_lib).
-export([main/0]).

-export([loop/1, fails/0, wake/1]).

main() ->
    logger:set_primary_config(level, none), process_flag(trap_exit, true),
        {ok, P} = proc_lib:start_link(?MODULE, loop, [self()]),
    R = {proc_lib:initial_call(P), proc_lib:translate_initial_call(P), begin P ! dict,
        receive {dict, D} -> {proplists:get_value('$initial_call', D),
        length(proplists:get_value('$ancestors', D)) > 0} end end, begin P ! sleep, P ! wake,
        receive awake -> awake end end, proc_lib:stop(P, normal, 1000), receive {'EXIT', P, W} -> W end,
        proc_lib:start(?MODULE, fails, []), proc_lib:start(?MODULE, loop, [nothing], 5)},
    Q = proc_lib:spawn_link(fun() -> exit({shutdown, done}) end), {R, receive {'EXIT', Q, V} -> V end}.

loop(nothing) -> receive after 100 -> ok end;
loop(To) -> proc_lib:init_ack({ok, self()}), run(To).

run(To) -> receive dict -> To ! {dict, get()}, run(To); sleep -> proc_lib:hibernate(?MODULE, wake, [To]);
{system, From, {terminate, R}} -> gen:reply(From, ok), exit(R) end.

wake(To) -> receive wake -> To ! awake end, run(To).

fails() -> exit(refused).
