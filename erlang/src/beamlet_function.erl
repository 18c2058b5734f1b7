%% The behaviour of a function: what a module has that Beamlet runs.
%%
%%     -module(hello).
%%     -behaviour(beamlet_function).
%%     -export([handle/2]).
%%
%%     handle(#{<<"name">> := Name}, _Context) ->
%%         {ok, #{<<"greeting">> => <<"hello ", Name/binary>>}}.
%%
%% The handler setting `hello:handle' names the module and the function; a function of another
%% name than `handle' works the same. Each invocation is a process of its own: what it spawns and
%% links ends with it, what crashes in it ends only it.
-module(beamlet_function).

-export([remaining_ms/1, raw/2, stream/2, http_stream/3]).
-export_type([event/0, context/0, init_info/0, answer/0, send/0, json/0]).

%% JSON as Erlang: objects are maps with binary keys, strings are binaries. When encoding, atoms
%% other than `true', `false' and `null' are strings, and keys may be atoms and integers too.
-type json() :: null | boolean() | number() | binary() | atom() | [json()] | #{term() => json()}.
-type event() :: json().

%% What AWS's runtimes tell a function. Keys without a value are `undefined'.
-type context() :: #{
    request_id := binary(),
    %% Unix time in milliseconds.
    deadline_ms := integer(),
    function_name := binary(),
    function_version := binary(),
    %% The ARN that was invoked, with its qualifier.
    function_arn := binary(),
    memory_size_mb := pos_integer(),
    log_group := binary(),
    log_stream := binary(),
    identity := json() | undefined,
    client_context := json() | undefined,
    trace_id := binary() | undefined,
    %% What `init/1' returned; `undefined' without one.
    state := term()
}.

-type init_info() :: #{
    function_name := binary(),
    function_version := binary(),
    memory_size_mb := pos_integer(),
    log_group := binary(),
    log_stream := binary()
}.

%% Passes a piece of a streamed answer on.
-type send() :: fun((iodata()) -> ok).

-opaque answer() ::
    {raw, ContentType :: binary(), iodata()}
    | {stream, ContentType :: binary(), fun((send()) -> term())}.

%% Runs one event. `{error, Reason}', an exception, any other term, or a result that JSON cannot
%% express is the error of the invocation.
-callback handle(event(), context()) -> {ok, json() | answer()} | {error, term()}.

%% Runs once, in the init phase, before the first event. Processes that it links live as long as
%% the environment does.
-callback init(init_info()) -> {ok, State :: term()} | {error, term()}.

-optional_callbacks([init/1]).

%% @doc Milliseconds until the platform ends the invocation; never below 0.
-spec remaining_ms(context()) -> non_neg_integer().
remaining_ms(#{deadline_ms := Deadline}) ->
    max(0, Deadline - erlang:system_time(millisecond)).

%% @doc An answer of bytes instead of JSON.
-spec raw(ContentType :: binary(), iodata()) -> answer().
raw(ContentType, Body) ->
    {raw, ContentType, Body}.

%% @doc An answer that is sent while it is made: `Fun' is called with a function that sends.
-spec stream(ContentType :: binary(), fun((send()) -> term())) -> answer().
stream(ContentType, Fun) when is_function(Fun, 1) ->
    {stream, ContentType, Fun}.

%% @doc A streamed answer to a function URL, with its status and headers.
-spec http_stream(Status :: 100..599, #{binary() => binary()}, fun((send()) -> term())) -> answer().
http_stream(Status, Headers, Fun) when is_function(Fun, 1) ->
    Prelude = beamlet_json:encode(#{<<"statusCode">> => Status, <<"headers">> => Headers}),
    {stream, <<"application/vnd.awslambda.http-integration-response">>, fun(Send) ->
        %% AWS: eight NUL bytes part the prelude from the body.
        Send([Prelude, <<0:64>>]),
        Fun(Send)
    end}.
