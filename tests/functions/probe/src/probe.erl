%% A function that does what its event says: the tests' hand inside an environment.
-module(probe).
-behaviour(beamlet_function).
-export([handle/2, other/2, show/2, init/1, private/1]).

init(#{function_name := Name}) ->
    case os:getenv("PROBE_INIT") of
        false -> {ok, #{name => Name, pid => list_to_binary(os:getpid())}};
        "error" -> {error, {no_start, <<"init said no">>}};
        "crash" -> error(init_crashed);
        "bad" -> nonsense;
        "slow" -> timer:sleep(11000), {ok, #{name => <<"slow">>}}
    end.

handle(#{<<"do">> := Do} = Event, Context) -> do(Do, Event, Context);
handle(Event, _Context) -> {ok, Event}.

other(_Event, _Context) -> {ok, <<"other">>}.

%% Writes the event down, for those who ask for the log.
show(Event, _Context) ->
    io:format("event ~ts~n", [beamlet_json:encode(Event)]),
    {ok, null}.

do(<<"echo">>, #{<<"value">> := Value}, _) -> {ok, Value};
do(<<"crash">>, _, _) -> private(boom);
do(<<"throw">>, _, _) -> throw({thrown, 1});
do(<<"exit">>, _, _) -> exit(done);
do(<<"error">>, #{<<"reason">> := Reason}, _) -> {error, Reason};
do(<<"error_tuple">>, _, _) -> {error, {not_enough, <<"needs more">>}};
do(<<"bad_return">>, _, _) -> nonsense;
do(<<"bad_json">>, _, _) -> {ok, #{<<"pid">> => self()}};
do(<<"sleep">>, #{<<"ms">> := Ms}, Context) ->
    timer:sleep(Ms),
    {ok, beamlet_function:remaining_ms(Context)};
do(<<"busy">>, _, _) -> busy();
%% Stops the scheduler's thread, so that the client itself cannot answer.
%% On a busy machine its threads stop one by one: none of them is to answer meanwhile.
do(<<"stop">>, _, _) -> os:cmd("kill -STOP " ++ os:getpid()), timer:sleep(60000), {ok, resumed};
do(<<"heap">>, _, _) -> {ok, length(lists:seq(1, 200000000))};
do(<<"binary">>, #{<<"mb">> := Mb}, _) -> {ok, byte_size(binary:copy(<<1>>, Mb * 1024 * 1024))};
do(<<"halt">>, #{<<"status">> := Status}, _) -> erlang:halt(Status);
do(<<"log">>, #{<<"lines">> := Lines}, _) ->
    [io:format("~ts~n", [Line]) || Line <- Lines],
    {ok, length(Lines)};
do(<<"flood">>, #{<<"lines">> := Count}, _) ->
    [io:format("line ~b ~s~n", [N, lists:duplicate(200, $x)]) || N <- lists:seq(1, Count)],
    {ok, Count};
do(<<"context">>, _, Context) ->
    {ok, maps:map(fun(_, undefined) -> null; (_, Value) -> Value end, Context)};
do(<<"env">>, _, _) ->
    {ok, maps:from_list([list_to_tuple([unicode:characters_to_binary(Part) || Part <- string:split(Entry, "=")])
        || Entry <- os:getenv()])};
do(<<"raw">>, _, _) -> {ok, beamlet_function:raw(<<"text/plain">>, <<"just text ", 195, 169>>)};
do(<<"large">>, #{<<"bytes">> := Bytes}, _) -> {ok, binary:copy(<<"x">>, Bytes)};
do(<<"stream">>, #{<<"count">> := Count} = Event, _) ->
    PauseMs = maps:get(<<"pause_ms">>, Event, 0),
    {ok, beamlet_function:stream(<<"text/plain">>, fun(Send) ->
        [begin Send([integer_to_binary(N), $\n]), timer:sleep(PauseMs) end || N <- lists:seq(1, Count)]
    end)};
do(<<"stream_bytes">>, #{<<"bytes">> := Bytes}, _) ->
    %% In pieces of a megabyte, and what is left.
    {ok, beamlet_function:stream(<<"application/octet-stream">>, fun(Send) ->
        Piece = binary:copy(<<"x">>, 1 bsl 20),
        [Send(Piece) || _ <- lists:seq(1, Bytes bsr 20)],
        Send(binary:part(Piece, 0, Bytes band 16#FFFFF))
    end)};
do(<<"stream_crash">>, _, _) ->
    {ok, beamlet_function:stream(<<"text/plain">>, fun(Send) -> Send(<<"first">>), error(midway) end)};
do(<<"http_stream">>, _, _) ->
    {ok, beamlet_function:http_stream(201, #{<<"x-own">> => <<"yes">>, <<"content-type">> => <<"text/plain">>},
        fun(Send) -> Send(<<"streamed">>) end)};
do(<<"http">>, #{<<"answer">> := Answer}, _) -> {ok, Answer};
do(<<"system">>, _, _) ->
    {ok, #{root => list_to_binary(code:root_dir()), erl => case os:find_executable("erl") of false -> null; Path -> list_to_binary(Path) end,
        kernel => list_to_binary(code:lib_dir(kernel)), release => list_to_binary(erlang:system_info(otp_release))}};
do(<<"cmd">>, #{<<"line">> := Line}, _) ->
    {ok, unicode:characters_to_binary(os:cmd(unicode:characters_to_list(Line)))};
do(<<"read">>, #{<<"path">> := Path}, _) ->
    {ok, case file:read_file(Path) of {ok, Data} -> Data; {error, Why} -> Why end};
do(<<"write">>, #{<<"path">> := Path} = Event, _) ->
    Data = binary:copy(<<"x">>, maps:get(<<"bytes">>, Event, 1)),
    {ok, case file:write_file(Path, Data) of ok -> <<"ok">>; {error, Why} -> Why end};
do(<<"connect">>, #{<<"port">> := Port} = Event, _) ->
    Request = maps:get(<<"request">>, Event, <<>>),
    case gen_tcp:connect({127, 0, 0, 1}, Port, [binary, {active, false}], 1000) of
        {ok, Socket} ->
            ok = gen_tcp:send(Socket, Request),
            {ok, case gen_tcp:recv(Socket, 0, 1000) of {ok, Data} -> Data; {error, Why} -> Why end};
        {error, Why} -> {ok, Why}
    end;
do(<<"kill">>, #{<<"pid">> := Pid}, _) ->
    {ok, unicode:characters_to_binary(os:cmd("kill -9 " ++ integer_to_list(Pid) ++ " 2>&1; echo $?"))};
do(<<"linger">>, #{<<"seconds">> := Seconds}, _) ->
    %% A child in a session of its own outlives the node, unless somebody ends it.
    os:cmd("setsid sleep " ++ integer_to_list(Seconds) ++ " > /dev/null 2>&1 &"),
    {ok, <<"started">>};
do(<<"fork">>, #{<<"count">> := Count}, _) ->
    Line = io_lib:format("for i in $(seq ~b); do sleep 30 & done 2>&1; jobs | wc -l", [Count]),
    {ok, unicode:characters_to_binary(os:cmd(lists:flatten(Line)))};
do(<<"append">>, #{<<"port">> := Port, <<"id">> := Id}, _) ->
    {ok, Socket} = gen_tcp:connect({127, 0, 0, 1}, Port, [binary, {active, false}], 5000),
    ok = gen_tcp:send(Socket, [Id, $\n]),
    {ok, <<"ok\n">>} = gen_tcp:recv(Socket, 0, 5000),
    {ok, Id}.

private(Reason) -> error(Reason).

busy() -> busy().
