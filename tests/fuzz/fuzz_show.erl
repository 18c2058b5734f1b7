%% Runs one test function and makes its outcome a term that two runs of one program print alike:
%% pids, references and funs become what can be said of them, traces lose files and machine paths.
-module(fuzz_show).

-export([run/2, id/1, show/1, reason/1, alone/1]).

-define(ALONE_MS, 20000).

%% The value, or {Class, Reason, [{M, F, ArityOrArgs, Line}]} down to this frame.
run(Name, Test) ->
    try Test() of
        Value -> {Name, show(Value)}
    catch
        Class:Reason:Trace -> {Name, {Class, reason(Reason), frames(Trace)}}
    end.

%% A value that no optimiser can see through.
id(Term) -> Term.

%% A test about processes gets a mailbox of its own.
alone(Test) ->
    {Pid, Ref} = spawn_monitor(fun() -> exit({fuzz_alone, Test()}) end),
    receive
        {'DOWN', Ref, process, Pid, {fuzz_alone, Value}} -> Value;
        {'DOWN', Ref, process, Pid, Reason} -> {down, reason(Reason)}
    after ?ALONE_MS ->
        exit(Pid, kill),
        stuck
    end.

show([{M, F, A, Info} | Rest] = List) ->
    case is_atom(M) andalso is_atom(F) andalso (is_integer(A) orelse is_list(A)) andalso is_info(Info) of
        true -> frames(List);
        false -> [show({M, F, A, Info}) | show(Rest)]
    end;
show([Head | Tail]) -> [show(Head) | show(Tail)];
show(Tuple) when is_tuple(Tuple) -> list_to_tuple(show(tuple_to_list(Tuple)));
show(Map) when is_map(Map) ->
    Pairs = [{show(K), show(V)} || {K, V} <- maps:to_list(Map)],
    %% The order of a large map's atoms is that of their numbers: another in each run.
    case map_size(Map) > 32 andalso lists:any(fun has_atom/1, maps:keys(Map)) of
        true -> {'#map', map_size(Map), lists:sort(Pairs)};
        false -> {'#map', map_size(Map), Pairs}
    end;
show(Pid) when is_pid(Pid) -> '#pid';
show(Ref) when is_reference(Ref) -> '#ref';
show(Port) when is_port(Port) -> '#port';
show(Fun) when is_function(Fun) ->
    {arity, Arity} = erlang:fun_info(Fun, arity),
    case erlang:fun_info(Fun, type) of
        {type, external} ->
            {module, M} = erlang:fun_info(Fun, module),
            {name, F} = erlang:fun_info(Fun, name),
            {'#fun', M, F, Arity};
        {type, local} -> {'#fun', Arity}
    end;
show(Other) -> Other.

is_info([{Key, _} | Rest]) -> lists:member(Key, [file, line, error_info]) andalso is_info(Rest);
is_info(Info) -> Info =:= [].

%% An exit reason: that of an error has a trace behind it.
reason({Reason, [{M, F, A, Info} | _] = Trace})
  when is_atom(M), is_atom(F), is_list(Info), (is_integer(A) orelse is_list(A)) ->
    {reason(Reason), frames(Trace)};
reason({{nocatch, Reason}, Trace}) when is_list(Trace) -> {{nocatch, show(Reason)}, frames(Trace)};
reason(Reason) -> show(Reason).

frames([{fuzz_show, _, _, _} | _]) -> [];
frames([{M, F, A, Info} | Rest]) when is_list(Info) ->
    Line = case lists:keyfind(line, 1, Info) of
               {line, N} -> N;
               false -> none
           end,
    [{M, F, show(A), Line} | frames(Rest)];
frames([Other | Rest]) -> [show(Other) | frames(Rest)];
frames([]) -> [];
frames(Other) -> show(Other).

has_atom(Atom) when is_atom(Atom) -> true;
has_atom([H | T]) -> has_atom(H) orelse (T =/= [] andalso has_atom(T));
has_atom(Tuple) when is_tuple(Tuple) -> has_atom(tuple_to_list(Tuple));
has_atom(Map) when is_map(Map) -> has_atom(maps:to_list(Map));
has_atom(_) -> false.
