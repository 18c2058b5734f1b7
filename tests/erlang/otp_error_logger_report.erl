%% Crash reports of proc_lib reach a logger handler with their reason and process.
-module(otp_error_logger_report).
-export([main/0]).

-export([log/2, crash/1]).

main() ->
    logger:remove_handler(default), ok = logger:add_handler(corpus_crash, ?MODULE, #{config => self()}),
        process_flag(trap_exit, true),
    P = proc_lib:spawn_link(?MODULE, crash, [why]), receive {'EXIT', P, _} -> ok end,
        A = receive {report, X} -> X after 5000 -> none end,
    Q = spawn_link(fun() -> error(plain) end), receive {'EXIT', Q, _} -> ok end,
        B = receive {text, Y} -> Y after 5000 -> none end, logger:remove_handler(corpus_crash), {A, B}.

crash(W) -> put(k, v), exit({crashed, W}).

log(#{level := L, msg := {report, #{label := {proc_lib, crash}, report := [R, _]}}},
    #{config := To}) -> To ! {report, {L, element(2, lists:keyfind(initial_call, 1, R)),
    setelement(3, element(2, lists:keyfind(error_info, 1, R)), stack), lists:keyfind(dictionary, 1, R)}};
log(#{level := L, msg := {report, #{label := {error_logger, _}} = M}}, #{config := To}) -> To ! {text,
    {L, maps:get(format, M, none)}};
log(#{level := L, msg := {F, A}}, #{config := To}) when is_list(F) -> To ! {text, {L, F, length(A)}};
log(_, _) -> ok.
