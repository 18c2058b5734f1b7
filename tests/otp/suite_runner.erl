%% Runs one test suite of OTP's, without common_test, and prints one line as each case ends:
%%
%%   @case <tab> number <tab> group/.../name <tab> ok|skip|fail|timeout <tab> ms <tab> detail
%%
%% `@begin number what` goes before each function of the suite that is called, so that the lines
%% say which one was running when the host ended. `@plan` lines name all cases first; `@end`
%% stands last. The same on stock `erl` and on Beamlet; scripts/otp-suites reads the lines.
-module(suite_runner).
-export([main/1]).

%% How much of a term a line shows.
-define(DETAIL_DEPTH, 40).
-define(DETAIL_CHARACTERS_MAX, 1500).

%% Options: suite (module), data and priv (folders), from (the first case to run),
%% limit_ms (for one case), observe (true: which BIFs each case called, on stock erl only).
main(Options = #{suite := Suite, data := Data, priv := Priv}) ->
    process_flag(trap_exit, true),
    process_flag(priority, high),
    State = #{suite => Suite, from => maps:get(from, Options, 1), leader => group_leader(),
              limit => maps:get(limit_ms, Options, 30000), io => suite_io:start(),
              observe => maps:get(observe, Options, false)},
    line(State, "@plan\t0\t~ts\t~w", [Suite, erlang:system_info(machine)]),
    {module, Suite} = load(Suite),
    case suite_plan:of_suite(Suite) of
        {ok, Plan} ->
            [line(State, "@plan\t~w\t~ts", [N, name(Path, Name)])
             || {N, Path, Name} <- suite_plan:cases(Plan)],
            suite(Plan, [{data_dir, Data}, {priv_dir, Priv}], State);
        {skip, Reason} ->
            line(State, "@none\t~ts", [detail(Reason)])
    end,
    line(State, "@end", []),
    done.

%% A suite about an experimental feature is only loaded where the feature is switched on, which
%% `erl` has an option for; this is what the option does.
load(Suite) ->
    case code:ensure_loaded(Suite) of
        {error, {features_not_allowed, Features}} ->
            persistent_term:put({erl_features, enabled_features}, Features),
            code:ensure_loaded(Suite);
        Loaded ->
            Loaded
    end.

suite(Plan, Config, State = #{suite := Suite}) ->
    around(Plan, [], Config, {init_per_suite, []}, {end_per_suite, []},
           State#{limit_declared => timetrap(information(Suite, suite, []), infinity)}).

%% Runs entries between a beginning and an end that share a configuration.
around(Entries, Path, Config, {Init, InitArguments}, {End, EndArguments}, State) ->
    case [Entry || Entry <- Entries, suite_plan:last(Entry) >= maps:get(from, State)] of
        [] ->
            ok;
        Left ->
            #{suite := Suite, io := IO, limit := Limit} = State,
            begins(State, max(suite_plan:first(hd(Left)), maps:get(from, State)), [Init | Path]),
            case suite_case:configure(Suite, Init, InitArguments ++ [Config], IO, Limit) of
                {ok, Config1} ->
                    [entry(Entry, Path, Config1, State) || Entry <- Left],
                    begins(State, suite_plan:last(lists:last(Left)) + 1, [End | Path]),
                    suite_case:configure(Suite, End, EndArguments ++ [Config1], IO, Limit),
                    ok;
                Ended ->
                    [ended(State, N, name(lists:reverse(Path, P), Name), Ended, 0)
                     || {N, P, Name} <- suite_plan:cases(Left), N >= maps:get(from, State)]
            end
    end.

entry({group, Name, Properties, Children}, Path, Config, State = #{suite := Suite}) ->
    Declared = timetrap(information(Suite, group, [Name]), maps:get(limit_declared, State)),
    Config1 = [{tc_group_properties, [{name, Name} | Properties]}
               | lists:keydelete(tc_group_properties, 1, Config)],
    around(Children, [Name | Path], Config1, {init_per_group, [Name]}, {end_per_group, [Name]},
           State#{limit_declared := Declared});
entry({'case', Number, _, _}, _, _, #{from := From}) when Number < From ->
    ok;
entry({'case', Number, Name, _}, Path, Config, State = #{suite := Suite, io := IO}) ->
    Full = name(lists:reverse(Path), Name),
    begins(State, Number, [Name | Path]),
    Declared = timetrap(information(Suite, Name, []), maps:get(limit_declared, State)),
    Limit = min(Declared, maps:get(limit, State)),
    suite_io:tail(IO),
    at_home(Config),
    observed(State, Number, Full, fun() ->
        Start = erlang:monotonic_time(millisecond),
        Ended = suite_case:run(Suite, Name, Config, IO, Limit),
        ended(State, Number, Full, Ended, erlang:monotonic_time(millisecond) - Start)
    end).

%% Where a case changed the working directory, the next one does not begin there.
at_home(Config) ->
    {priv_dir, Priv} = lists:keyfind(priv_dir, 1, Config),
    try file:get_cwd() =:= {ok, filename:join(Priv, "")} orelse file:set_cwd(Priv)
    catch _:_ -> no_files
    end.

observed(#{observe := false}, _, _, Fun) ->
    Fun();
observed(State, Number, Full, Fun) ->
    suite_observer:start(),
    Fun(),
    [line(State, "@uses\t~w\t~ts\t~ts", [Number, Full, Use]) || Use <- suite_observer:stop()].

begins(State, Number, [Function | Path]) ->
    line(State, "@begin\t~w\t~ts", [Number, name(lists:reverse(Path), Function)]).

ended(State, Number, Name, {Verdict, Value}, Ms) ->
    Detail = case Verdict of
                 ok -> "";
                 fail -> [detail(Value), " | ", escaped(suite_io:tail(maps:get(io, State)))];
                 _ -> detail(Value)
             end,
    line(State, "@case\t~w\t~ts\t~w\t~w\t~ts", [Number, Name, Verdict, Ms, Detail]).

name(Path, Name) ->
    lists:join($/, [atom_to_list(Part) || Part <- Path ++ [Name]]).

detail(Term) ->
    escaped(lists:flatten(io_lib:format("~0tP", [Term, ?DETAIL_DEPTH]))).

%% One line of text, without a tab.
escaped(Text) ->
    [case C of $\n -> $\s; $\t -> $\s; _ when C < 32 -> $?; _ -> C end
     || C <- lists:sublist(Text, ?DETAIL_CHARACTERS_MAX)].

line(#{leader := Leader}, Format, Arguments) ->
    %% On a line of its own even when something else wrote to the same output.
    io:put_chars(Leader, ["\n", io_lib:format(Format, Arguments), "\n"]).

%% The properties of a suite, a group or a case; most have none.
information(Suite, Function, Arguments) ->
    case erlang:function_exported(Suite, Function, length(Arguments)) of
        true ->
            try apply(Suite, Function, Arguments) of
                Properties when is_list(Properties) -> Properties;
                _ -> []
            catch
                _:_ -> []
            end;
        false -> []
    end.

timetrap(Properties, Otherwise) ->
    case lists:keyfind(timetrap, 1, Properties) of
        {timetrap, Time} -> test_server:milliseconds(Time);
        false -> Otherwise
    end.
