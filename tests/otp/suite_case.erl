%% Runs one function of a suite in a process of its own, within a time limit, and says how it
%% ended. A test's own processes and exit signals cannot reach the runner.
-module(suite_case).
-export([run/5, configure/5]).

%% A timeout says after how many milliseconds, and where the process was.
-type ended() :: {ok, term()} | {skip, term()} | {fail, term()} | {timeout, term()}.

%% init_per_testcase, the case and end_per_testcase, in one process as in common_test: links,
%% names and tables that the first makes are there for the second.
-spec run(module(), atom(), list(), pid(), pos_integer()) -> ended().
run(Suite, Name, Config, IO, Limit) ->
    Before = processes(),
    Ended = in_process(fun() -> body(Suite, Name, Config) end, IO, Limit),
    Final = case Ended of
                {ok, _} -> Ended;
                {skip, _} -> Ended;
                {fail, {ended_by_testcase, Reason}} -> {fail, Reason};
                %% Its process is gone: what end_per_testcase puts right is put right by another.
                _ ->
                    Status = {tc_status, {failed, status(Ended)}},
                    in_process(fun() -> ending(Suite, Name, [Status | Config]) end, IO, Limit),
                    Ended
            end,
    case Final of
        {ok, _} -> ok;
        _ -> stop_left_over(Before, IO)
    end,
    Final.

status({timeout, _}) -> timetrap_timeout;
status({_, Reason}) -> Reason.

body(Suite, Name, Config) ->
    case beginning(Suite, Name, Config) of
        {ok, Config1} ->
            Result = guarded(fun() -> Suite:Name(Config1) end),
            Ended = case Result of
                        {ok, {skip, Reason}} -> {skip, Reason};
                        {ok, {skipped, Reason}} -> {skip, Reason};
                        {ok, {skip_and_save, Reason, _}} -> {skip, Reason};
                        Other -> Other
                    end,
            Status = case Ended of
                         {ok, _} -> ok;
                         {skip, Why} -> {skipped, Why};
                         {fail, Why} -> {failed, Why}
                     end,
            case ending(Suite, Name, [{tc_status, Status} | Config1]) of
                {fail, Reason1} when Status =:= ok -> {fail, {ended_by_testcase, Reason1}};
                _ -> marked(Ended)
            end;
        Ended ->
            marked(Ended)
    end.

%% A failure after which end_per_testcase was called already.
marked({fail, Reason}) -> {fail, {ended_by_testcase, Reason}};
marked(Ended) -> Ended.

beginning(Suite, Name, Config) ->
    case erlang:function_exported(Suite, init_per_testcase, 2) of
        false -> {ok, Config};
        true -> config(guarded(fun() -> Suite:init_per_testcase(Name, Config) end),
                       init_per_testcase)
    end.

ending(Suite, Name, Config) ->
    case erlang:function_exported(Suite, end_per_testcase, 2) of
        false -> ok;
        true ->
            case guarded(fun() -> Suite:end_per_testcase(Name, Config) end) of
                {ok, {fail, Reason}} -> {fail, Reason};
                %% common_test only warns of an end_per_testcase that crashes.
                _ -> ok
            end
    end.

%% init_per_suite, init_per_group and their ends: a function that may give a new configuration.
-spec configure(module(), atom(), list(), pid(), pos_integer()) -> ended().
configure(Suite, Function, Arguments, IO, Limit) ->
    Config = lists:last(Arguments),
    case erlang:function_exported(Suite, Function, length(Arguments)) of
        false -> {ok, Config};
        true ->
            in_process(fun() -> config(guarded(fun() -> apply(Suite, Function, Arguments) end),
                                       Function)
                       end, IO, Limit)
    end.

config({ok, Config}, _) when is_list(Config) -> {ok, Config};
config({ok, {skip, Reason}}, _) -> {skip, Reason};
config({ok, {skip_and_save, Reason, _}}, _) -> {skip, Reason};
config({ok, {save_config, _}}, _) -> {ok, []};
config({ok, {fail, Reason}}, _) -> {fail, Reason};
config({ok, {return_group_result, _}}, _) -> {ok, []};
config({ok, Other}, Function) when Function =:= end_per_suite; Function =:= end_per_group ->
    {ok, Other};
config({ok, Other}, Function) -> {fail, {Function, bad_return, Other}};
config({skip, Reason}, _) -> {skip, Reason};
config({fail, Reason}, Function) -> {fail, {Function, Reason}}.

guarded(Fun) ->
    try {ok, Fun()}
    catch
        throw:{skip, Reason} -> {skip, Reason};
        throw:{skipped, Reason} -> {skip, Reason};
        exit:Reason:_ -> {fail, Reason};
        Class:Reason:Stack -> {fail, {Class, Reason, Stack}}
    end.

in_process(Fun, IO, Limit) ->
    %% It ends with an exit signal, as common_test's do: servers that a case linked to itself
    %% and forgot go down with it.
    {Pid, Ref} = spawn_monitor(fun() ->
                                       group_leader(IO, self()),
                                       exit({?MODULE, Fun()})
                               end),
    await(Pid, Ref, Limit, deadline(Limit), Limit).

deadline(Limit) ->
    erlang:monotonic_time(millisecond) + Limit.

await(Pid, Ref, Limit, Deadline, Max) ->
    Left = max(0, Deadline - erlang:monotonic_time(millisecond)),
    receive
        {'DOWN', Ref, process, Pid, {?MODULE, Ended}} -> Ended;
        {'DOWN', Ref, process, Pid, Reason} -> {fail, {process_ended, Reason}};
        {timetrap, Pid, Wanted} ->
            await(Pid, Ref, min(Wanted, Max), deadline(min(Wanted, Max)), Max)
    after Left ->
        Where = process_info(Pid, [current_function, status]),
        exit(Pid, kill),
        receive
            %% It may have ended in between.
            {'DOWN', Ref, process, Pid, {?MODULE, Ended}} -> Ended;
            {'DOWN', Ref, process, Pid, _} -> {timeout, {Limit, Where}}
        end
    end.

%% A failed case must not go on using the processor beside its successors.
stop_left_over(Before, IO) ->
    [exit(Pid, kill)
     || Pid <- processes() -- Before, Pid =/= IO,
        process_info(Pid, group_leader) =:= {group_leader, IO}],
    ok.
