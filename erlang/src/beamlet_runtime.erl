%% The runtime client: fetches events from the Lambda Runtime API, runs the handler, answers.
%%
%%     init phase         one process calls init/1 and lives as long as the environment
%%     worker (1 .. N)    GET next ──► invocation process ──► POST response or error ──► GET next
%%
%% An invocation is a process of its own, monitored, with a heap limit. A crash costs that
%% process, and becomes the error answer. Shortly before the deadline the worker kills it and
%% answers `Sandbox.Timedout'; the environment lives on.
-module(beamlet_runtime).

-export([main/0]).

-define(API, <<"/2018-06-01/runtime/">>).
-define(JSON, {<<"Content-Type">>, <<"application/json">>}).

%% The worker answers this long before the deadline, or after nine tenths of a short timeout.
-define(MARGIN_MS, 50).

%% Memory of the runtime system itself, which the heap of an invocation cannot have.
-define(SYSTEM_MB, 32).
-define(HEAP_MB_MIN, 16).

%% Looks at the output that is still to be written, before an answer goes all the same.
-define(FLUSH_TRIES, 200).

-record(runtime, {
    api :: binary(),
    module :: module(),
    function :: atom(),
    state :: term(),
    heap :: map(),
    timeout_ms :: integer() | undefined,
    %% Part of every context.
    context :: map(),
    %% More than one event at a time.
    concurrent :: boolean()
}).

%% @doc Called by `-s beamlet_runtime main'; returns at once.
main() ->
    spawn(fun start/0),
    ok.

start() ->
    %% Without a terminal the io server would write Latin-1; a log is UTF-8.
    _ = io:setopts(group_leader(), [{encoding, unicode}]),
    try
        Api = env(<<"AWS_LAMBDA_RUNTIME_API">>),
        Api =/= <<>> orelse stop(1, "AWS_LAMBDA_RUNTIME_API is not set: nobody to ask for events", []),
        Connection = connected(Api),
        case os:getenv("BEAMLET_POOL") of
            "1" -> become_function(Connection);
            _ -> ok
        end,
        run(Api, Connection)
    catch
        Class:Reason:Stack ->
            stop(1, "the runtime client failed: ~0tp", [{Class, Reason, Stack}])
    end.

stop(Status, Format, Args) ->
    io:format(standard_error, "beamlet: " ++ Format ++ "~n", Args),
    erlang:halt(Status).

env(Name) ->
    case os:getenv(binary_to_list(Name)) of
        false -> <<>>;
        Value -> unicode:characters_to_binary(Value)
    end.

%% A node of the pool: booted without a function, it waits for one.

become_function(Connection) ->
    %% What every function needs is loaded while nobody waits.
    Needed = [
        beamlet_json, beamlet_error, beamlet_function, beamlet_http, lists, maps, binary, string,
        unicode, unicode_util, io_lib, io_lib_format, io_lib_pretty, re, base64, calendar, proplists,
        filename, filelib, epp, gen_server, gen, proc_lib, sets, queue, erl_error
    ],
    _ = [code:ensure_loaded(Module) || Module <- Needed],
    case beamlet_http:call(Connection, <<"GET">>, <<"/2026-11-23/pool/next">>, [], none) of
        {ok, 200, _, Body} ->
            #{<<"environment">> := Variables} = beamlet_json:decode(Body),
            os:unsetenv("BEAMLET_POOL"),
            maps:foreach(
                fun(Name, Value) -> os:putenv(chars(Name), chars(Value)) end,
                Variables
            );
        _ ->
            erlang:halt(0)
    end.

chars(Binary) -> unicode:characters_to_list(Binary).

connected(Api) ->
    case beamlet_http:connect(Api) of
        {ok, Connection} -> Connection;
        {error, Reason} -> stop(1, "no connection to the Runtime API at ~ts: ~0tp", [Api, Reason])
    end.

%% The init phase.

run(Api, Connection) ->
    case init(Api) of
        {ok, Runtime} ->
            restore(Connection),
            serve(Connection, Runtime);
        {error, #{type := Type, message := Message} = Error} ->
            Headers = [?JSON, {<<"Lambda-Runtime-Function-Error-Type">>, Type}],
            _ = beamlet_http:call(
                Connection, <<"POST">>, [?API, <<"init/error">>], Headers, beamlet_error:encode(Error)
            ),
            stop(1, "~ts: ~ts", [Type, Message])
    end.

init(Api) ->
    Task = env(<<"LAMBDA_TASK_ROOT">>),
    Opt = case env(<<"BEAMLET_OPT">>) of <<>> -> <<"/opt">>; Set -> Set end,
    %% The function's own modules come first, then its layers', then OTP's.
    ok = code:add_pathsa(lists:reverse(code_folders(Task) ++ code_folders(Opt))),
    try
        Handler = env(<<"_HANDLER">>),
        {Module, Function} = handler(Handler),
        MemoryMb = number(<<"AWS_LAMBDA_FUNCTION_MEMORY_SIZE">>, 128),
        Info = #{
            function_name => env(<<"AWS_LAMBDA_FUNCTION_NAME">>),
            function_version => env(<<"AWS_LAMBDA_FUNCTION_VERSION">>),
            memory_size_mb => MemoryMb,
            log_group => env(<<"AWS_LAMBDA_LOG_GROUP_NAME">>),
            log_stream => env(<<"AWS_LAMBDA_LOG_STREAM_NAME">>)
        },
        %% A collection copies: for its time there are two heaps.
        HeapMb = max((MemoryMb - ?SYSTEM_MB) div 2, ?HEAP_MB_MIN),
        Words = HeapMb * 1024 * 1024 div erlang:system_info(wordsize),
        Heap = #{size => Words, kill => true, error_logger => false},
        load(Module, Handler),
        start_applications(),
        State = init_state(Module, Info, Heap),
        erlang:function_exported(Module, Function, 2) orelse
            throw({<<"Runtime.HandlerNotFound">>, io_lib:format("~ts:~ts/2 is not exported", [Module, Function])}),
        Timeout = case number(<<"AWS_LAMBDA_FUNCTION_TIMEOUT">>, 0) of 0 -> undefined; S -> S * 1000 end,
        {ok, #runtime{
            api = Api,
            module = Module,
            function = Function,
            state = State,
            heap = Heap,
            timeout_ms = Timeout,
            context = Info,
            concurrent = number(<<"AWS_LAMBDA_MAX_CONCURRENCY">>, 1) > 1
        }}
    catch
        throw:{init, Error} -> {error, Error};
        throw:{Type, Message} -> {error, beamlet_error:message(Type, unicode:characters_to_binary(Message))}
    end.

code_folders(<<>>) -> [];
code_folders(Root) ->
    Name = chars(Root),
    Libraries =
        case file:list_dir(filename:join(Name, "lib")) of
            {ok, Applications} ->
                [filename:join([Name, "lib", A, "ebin"]) || A <- lists:sort(Applications)];
            {error, _} ->
                []
        end,
    [Folder || Folder <- [Name, filename:join(Name, "ebin") | Libraries], filelib:is_dir(Folder)].

handler(Handler) ->
    Parts =
        case binary:split(Handler, <<":">>) of
            [_, _] = Two ->
                Two;
            _ ->
                case binary:matches(Handler, <<".">>) of
                    [] -> [];
                    Dots ->
                        {At, _} = lists:last(Dots),
                        <<Before:At/binary, $., After/binary>> = Handler,
                        [Before, After]
                end
        end,
    case Parts of
        [Module, Function] when Module =/= <<>>, Function =/= <<>> ->
            {binary_to_atom(Module), binary_to_atom(Function)};
        _ ->
            throw({<<"Runtime.MalformedHandlerName">>, io_lib:format("the handler ~0tp is not of the form module:function", [Handler])})
    end.

load(Module, Handler) ->
    case code:ensure_loaded(Module) of
        {module, _} ->
            ok;
        {error, Reason} ->
            throw({<<"Runtime.ImportModuleError">>, io_lib:format(
                "the module ~ts of the handler ~ts cannot be loaded: ~0tp", [Module, Handler, Reason]
            )})
    end.

start_applications() ->
    Names = binary:split(env(<<"BEAMLET_APPLICATIONS">>), <<",">>, [global, trim_all]),
    lists:foreach(
        fun(Name) ->
            case application:ensure_all_started(binary_to_atom(string:trim(Name))) of
                {ok, _} -> ok;
                {error, Reason} -> throw({<<"Runtime.InitError">>, io_lib:format("the application ~ts did not start: ~0tp", [Name, Reason])})
            end
        end,
        Names
    ).

number(Name, Default) ->
    case string:to_integer(env(Name)) of
        {Number, _} when is_integer(Number) -> Number;
        _ -> Default
    end.

%% The process that runs init/1 stays, so that what it linked stays; if it dies later, so does the
%% environment.
init_state(Module, Info, Heap) ->
    case erlang:function_exported(Module, init, 1) of
        false ->
            undefined;
        true ->
            Self = self(),
            {Pid, Monitor} = spawn_opt(
                fun() ->
                    Result =
                        try Module:init(Info) of
                            {ok, State} -> {ok, State};
                            {error, Reason} -> {error, beamlet_error:returned(Reason)};
                            Other -> {error, beamlet_error:message(<<"Runtime.BadReturn">>, format("init/1 returned ~0tp, not {ok, State}", [Other]))}
                        catch
                            Class:Reason:Stack -> {error, beamlet_error:exception(Class, Reason, Stack)}
                        end,
                    Self ! {init, self(), Result},
                    wait_forever()
                end,
                [monitor, {max_heap_size, Heap}]
            ),
            receive
                {init, Pid, {ok, State}} ->
                    watch(Pid),
                    erlang:demonitor(Monitor, [flush]),
                    State;
                {init, Pid, {error, Error}} ->
                    throw({init, Error});
                {'DOWN', Monitor, process, Pid, Reason} ->
                    throw({init, beamlet_error:exception(exit, Reason, [])})
            end
    end.

wait_forever() ->
    receive
        _ -> wait_forever()
    end.

watch(Pid) ->
    spawn(fun() ->
        Monitor = monitor(process, Pid),
        receive
            {'DOWN', Monitor, process, Pid, Reason} ->
                stop(1, "the process of init/1 ended, and the environment with it: ~0tp", [Reason])
        end
    end).

format(Format, Args) ->
    unicode:characters_to_binary(io_lib:format(Format, Args, [{chars_limit, 4096}])).

restore(Connection) ->
    case env(<<"AWS_LAMBDA_INITIALIZATION_TYPE">>) of
        <<"snap-start">> ->
            case beamlet_http:call(Connection, <<"GET">>, [?API, <<"restore/next">>], [], none) of
                {ok, 200, _, _} -> ok;
                Other -> stop(1, "restore/next answered ~0tp", [Other])
            end;
        _ ->
            ok
    end.

%% The invoke phase.

serve(Connection, #runtime{concurrent = false} = Runtime) ->
    loop(Connection, Runtime);
serve(Connection, #runtime{api = Api} = Runtime) ->
    Others = number(<<"AWS_LAMBDA_MAX_CONCURRENCY">>, 1) - 1,
    %% Each worker has a connection of its own; one that ends takes the environment with it.
    [spawn(fun() -> guarded(fun() -> loop(connected(Api), Runtime) end) end) || _ <- lists:seq(1, Others)],
    loop(Connection, Runtime).

guarded(Fun) ->
    try
        Fun()
    catch
        Class:Reason:Stack -> stop(1, "a worker failed: ~0tp", [{Class, Reason, Stack}])
    end.

loop(Connection, Runtime) ->
    case beamlet_http:call(Connection, <<"GET">>, [?API, <<"invocation/next">>], [], none) of
        {ok, 200, Headers, Body} ->
            Begun = erlang:monotonic_time(millisecond),
            invoke(Connection, Runtime, Headers, Body, Begun),
            loop(Connection, Runtime);
        {error, closed} ->
            erlang:halt(0);
        {ok, 403, _, _} ->
            erlang:halt(0);
        Other ->
            stop(1, "invocation/next answered ~0tp", [Other])
    end.

invoke(Connection, Runtime, Headers, Body, Begun) ->
    Id = header(<<"lambda-runtime-aws-request-id">>, Headers),
    DeadlineMs = binary_to_integer(header(<<"lambda-runtime-deadline-ms">>, Headers)),
    Trace = header(<<"lambda-runtime-trace-id">>, Headers),
    %% With several events at a time a variable of the whole node would be a lie.
    Runtime#runtime.concurrent orelse Trace =:= undefined orelse
        os:putenv("_X_AMZN_TRACE_ID", binary_to_list(Trace)),
    Left = DeadlineMs - erlang:system_time(millisecond),
    TimeoutMs = case Runtime#runtime.timeout_ms of undefined -> max(Left, 1); Set -> Set end,
    Margin = min(?MARGIN_MS, TimeoutMs div 10),
    Self = self(),
    {Pid, Monitor} = spawn_opt(
        fun() -> exit({beamlet_answer, handle(Self, Runtime, Headers, Body, Id, DeadlineMs, Trace)}) end,
        [monitor, {max_heap_size, Runtime#runtime.heap}]
    ),
    Until = Begun + max(Left - Margin, 0),
    answer(Connection, Id, await(Pid, Monitor, Until), Pid, Monitor, Until, TimeoutMs).

%% Runs in the process of the invocation.
handle(Worker, #runtime{module = Module, function = Function} = Runtime, Headers, Body, Id, DeadlineMs, Trace) ->
    try
        {event(Body), (Runtime#runtime.context)#{
            request_id => Id,
            deadline_ms => DeadlineMs,
            function_arn => header(<<"lambda-runtime-invoked-function-arn">>, Headers),
            identity => json_header(<<"lambda-runtime-cognito-identity">>, Headers),
            client_context => json_header(<<"lambda-runtime-client-context">>, Headers),
            trace_id => Trace,
            state => Runtime#runtime.state
        }}
    of
        {Event, Context} ->
            try Module:Function(Event, Context) of
                Returned -> returned(Worker, Returned)
            catch
                Class:Reason:Stack -> {error, beamlet_error:exception(Class, Reason, Stack)}
            end
    catch
        error:{json, Why, Offset} ->
            {error, beamlet_error:message(<<"Runtime.UnmarshalError">>, format("the event is not JSON: ~ts at byte ~b", [Why, Offset]))}
    end.

event(<<>>) -> null;
event(Body) -> beamlet_json:decode(Body).

header(Name, Headers) ->
    case lists:keyfind(Name, 1, Headers) of
        {_, Value} -> Value;
        false -> undefined
    end.

json_header(Name, Headers) ->
    case header(Name, Headers) of
        undefined -> undefined;
        <<>> -> undefined;
        Value -> beamlet_json:decode(Value)
    end.

returned(_, {ok, {raw, ContentType, Body}}) ->
    try
        {ok, ContentType, iolist_to_binary(Body)}
    catch
        error:badarg -> {error, beamlet_error:message(<<"Runtime.MarshalError">>, <<"the raw body is not iodata">>)}
    end;
returned(Worker, {ok, {stream, ContentType, Fun}}) ->
    Worker ! {stream, self(), ContentType},
    Send = fun(Data) ->
        Worker ! {chunk, self(), iolist_to_binary(Data)},
        %% One chunk at a time: a slow reader slows the function down, not the memory up.
        receive
            {sent, Worker} -> ok
        end
    end,
    try
        _ = Fun(Send),
        streamed
    catch
        Class:Reason:Stack -> {error, beamlet_error:exception(Class, Reason, Stack)}
    end;
returned(_, {ok, Term}) ->
    try
        {ok, <<"application/json">>, iolist_to_binary(beamlet_json:encode(Term))}
    catch
        error:{not_json, Part} ->
            {error, beamlet_error:message(<<"Runtime.MarshalError">>, format("JSON cannot express ~0tp", [Part]))}
    end;
returned(_, {error, Reason}) ->
    {error, beamlet_error:returned(Reason)};
returned(_, Other) ->
    {error, beamlet_error:message(<<"Runtime.BadReturn">>, format("the handler returned ~0tp, not {ok, Term} or {error, Reason}", [Other]))}.

%% The next thing that comes of an invocation.
await(Pid, Monitor, Until) ->
    receive
        {'DOWN', Monitor, process, Pid, {beamlet_answer, Answer}} -> Answer;
        {'DOWN', Monitor, process, Pid, killed} ->
            {error, beamlet_error:message(<<"exit:killed">>,
                <<"the invocation was killed: its heap outgrew the function's memory, or exit(Pid, kill) was called">>)};
        {'DOWN', Monitor, process, Pid, Reason} ->
            {error, beamlet_error:exception(exit, Reason, [])};
        {stream, Pid, ContentType} -> {stream, ContentType};
        {chunk, Pid, Data} -> {chunk, Data}
    after max(0, Until - erlang:monotonic_time(millisecond)) ->
        exit(Pid, kill),
        erlang:demonitor(Monitor, [flush]),
        timeout
    end.

answer(Connection, Id, {ok, ContentType, Body}, _, _, _, _) ->
    flush_output(),
    posted(beamlet_http:call(
        Connection, <<"POST">>, path(Id, <<"/response">>), [{<<"Content-Type">>, ContentType}], Body
    ));
answer(Connection, Id, {error, Error}, _, _, _, _) ->
    fail(Connection, Id, Error);
answer(Connection, Id, timeout, _, _, _, TimeoutMs) ->
    fail(Connection, Id, timed_out(Id, TimeoutMs));
answer(Connection, Id, {stream, ContentType}, Pid, Monitor, Until, TimeoutMs) ->
    Headers = [
        {<<"Content-Type">>, ContentType},
        {<<"Lambda-Runtime-Function-Response-Mode">>, <<"streaming">>}
    ],
    _ = beamlet_http:start_chunks(Connection, <<"POST">>, path(Id, <<"/response">>), Headers),
    stream(Connection, Id, Pid, Monitor, Until, TimeoutMs).

stream(Connection, Id, Pid, Monitor, Until, TimeoutMs) ->
    case await(Pid, Monitor, Until) of
        {chunk, Data} ->
            _ = beamlet_http:chunk(Connection, Data),
            Pid ! {sent, self()},
            stream(Connection, Id, Pid, Monitor, Until, TimeoutMs);
        streamed ->
            flush_output(),
            posted(beamlet_http:end_chunks(Connection, []));
        timeout ->
            posted(beamlet_http:end_chunks(Connection, trailers(timed_out(Id, TimeoutMs))));
        {error, Error} ->
            posted(beamlet_http:end_chunks(Connection, trailers(Error)))
    end.

%% AWS: "Building a custom runtime", errors midway in a streamed response.
trailers(#{type := Type} = Error) ->
    [
        {<<"Lambda-Runtime-Function-Error-Type">>, Type},
        {<<"Lambda-Runtime-Function-Error-Body">>, base64:encode(iolist_to_binary(beamlet_error:encode(Error)))}
    ].

timed_out(Id, TimeoutMs) ->
    Seconds = float_to_binary(TimeoutMs / 1000, [{decimals, 2}]),
    beamlet_error:message(
        <<"Sandbox.Timedout">>,
        [<<"RequestId: ">>, Id, <<" Error: Task timed out after ">>, Seconds, <<" seconds">>]
    ).

fail(Connection, Id, #{type := Type, message := Message, stack := Stack} = Error) ->
    io:format("[ERROR] ~ts: ~ts~n~ts", [Type, Message, [["    ", Frame, $\n] || Frame <- Stack]]),
    flush_output(),
    Headers = [?JSON, {<<"Lambda-Runtime-Function-Error-Type">>, Type}],
    posted(beamlet_http:call(Connection, <<"POST">>, path(Id, <<"/error">>), Headers, beamlet_error:encode(Error))).

%% What was printed is in the pipe before the answer is on its way: the platform ends the log of
%% the invocation then. The io server only hands its bytes to its port, and the port to a thread
%% that writes; a port without a queue has written. A pipe that nobody reads is not waited for.
flush_output() ->
    Ports =
        case get(output_ports) of
            undefined ->
                Found = [Port || Port <- erlang:ports(), erlang:port_info(Port, name) =:= {name, "0/1"}],
                put(output_ports, Found),
                Found;
            Known ->
                Known
        end,
    lists:foreach(fun(Port) -> written(Port, ?FLUSH_TRIES) end, Ports).

written(_, 0) -> ok;
written(Port, Tries) ->
    case erlang:port_info(Port, queue_size) of
        {queue_size, Bytes} when Bytes > 0 ->
            %% The first tries only let others run; a write takes microseconds.
            if Tries > ?FLUSH_TRIES - 100 -> erlang:yield(); true -> timer:sleep(1) end,
            written(Port, Tries - 1);
        _ ->
            ok
    end.

path(Id, Rest) -> [?API, <<"invocation/">>, Id, Rest].

%% 413: the platform has answered that the response is too large. 400 and 403: it has given the
%% invocation up. Either way the next event is what matters.
posted({ok, Status, _, _}) when Status < 500 -> ok;
posted({error, closed}) -> erlang:halt(0);
posted(Other) -> stop(1, "the Runtime API did not take an answer: ~0tp", [Other]).
