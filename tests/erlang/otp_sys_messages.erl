%% sys: suspend, resume, get_state, statistics, tracing functions, on a special process.
-module(otp_sys_messages).
-export([main/0]).

-export([init/1, system_continue/3, system_terminate/4, system_get_state/1, system_replace_state/2,
    system_code_change/4]).

main() ->
    {ok, P} = proc_lib:start_link(?MODULE, init, [self()]),
    R = [sys:get_state(P), begin P ! {add, 5}, sys:get_state(P) end, sys:suspend(P), begin P ! {add, 1},
        sys:get_state(P) end, sys:resume(P), sys:get_state(P), sys:replace_state(P, fun(N) -> N * 10 end),
        sys:statistics(P, true), begin P ! {add, 1}, sys:get_state(P) end,
        begin {ok, S} = sys:statistics(P, get),
        [proplists:get_value(messages_in, S), proplists:get_value(messages_out, S)] end,
         sys:statistics(P, false), sys:change_code(P, m, v, x)],
    process_flag(trap_exit, true), sys:terminate(P, done), {R, receive {'EXIT', P, W} -> W end}.

init(Parent) -> proc_lib:init_ack(Parent, {ok, self()}), loop(Parent, sys:debug_options([]), 0).

loop(Parent, D, N) ->
    receive
        {system, From, Req} -> sys:handle_system_msg(Req, From, Parent, ?MODULE, D, N);
        {add, M} -> loop(Parent, sys:handle_debug(D, fun(_, _, _) -> ok end, x, {in, add}), N + M)
    end.

system_continue(P, D, N) -> loop(P, D, N).
system_terminate(W, _, _, _) -> exit(W).
system_get_state(N) -> {ok, N}.
system_replace_state(F, N) -> {ok, F(N), F(N)}.
system_code_change(N, _, _, _) -> {ok, N}.
