%% Runs one program of a benchmark module and prints how long its work took:
%% `ns NANOSECONDS HASH-OF-THE-RESULT`. A program is {Name, Times, Setup, Work} in Module:programs/0;
%% Times makes short work long enough to measure. All of it runs twice, each time in a new process,
%% and the second is measured: code is loaded by then.
-module(bench).

-export([main/2, list/0, list/1]).

main(Module, Name) ->
    {Name, Times, Setup, Work} = lists:keyfind(Name, 1, Module:programs()),
    State = Setup(),
    {_, Expected} = in_new_process(Times, Work, State),
    {Nanoseconds, Result} = in_new_process(Times, Work, State),
    case Result =:= Expected of
        true -> io:format("ns ~w ~w~n", [Nanoseconds, Result]);
        false -> error({results_differ, Expected, Result})
    end.

in_new_process(Times, Work, State) ->
    {Pid, Ref} =
        spawn_monitor(
          fun() ->
              Before = erlang:monotonic_time(),
              Result = repeat(Times, Work, State),
              After = erlang:monotonic_time(),
              exit({measured, erlang:convert_time_unit(After - Before, native, nanosecond),
                    erlang:phash2(Result)})
          end),
    receive
        {'DOWN', Ref, process, Pid, {measured, Nanoseconds, Hash}} -> {Nanoseconds, Hash};
        {'DOWN', Ref, process, Pid, Reason} -> error(Reason)
    end.

repeat(1, Work, State) -> Work(State);
repeat(N, Work, State) ->
    _ = Work(State),
    repeat(N - 1, Work, State).

%% The names of all programs, for the runner.
list() ->
    list([bench_calls, bench_lists, bench_numbers, bench_binaries, bench_maps, bench_text,
          bench_processes, bench_tables, bench_terms, bench_memory, bench_compiler]).

list(Modules) ->
    [io:format("~w ~w~n", [Module, Name]) || Module <- Modules, {Name, _, _, _} <- Module:programs()],
    ok.
