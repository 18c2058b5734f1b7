%% The group leader of the cases: takes what they print (dropped, but for the tail), and hands
%% it to the process that asked for a capture. Other requests go on to the runner's own leader.
%% It also carries a case's wish for another time limit to the runner.
-module(suite_io).
-export([start/0, tail/1, request/1]).

%% How much of what a case printed is kept for a failure's line, in characters.
-define(TAIL_CHARACTERS_MAX, 4000).

start() ->
    Runner = self(),
    Leader = group_leader(),
    spawn(fun() -> loop(#{runner => Runner, leader => Leader, capture => none, tail => []}) end).

%% What was printed last, and forgets it.
tail(IO) ->
    Ref = make_ref(),
    IO ! {tail, self(), Ref},
    receive {Ref, Tail} -> Tail after 5000 -> "" end.

%% Called by a case: {capture, pid() | none} or {timetrap, pid(), milliseconds}.
request(Request) ->
    group_leader() ! {suite_io, Request},
    ok.

loop(State = #{runner := Runner, leader := Leader}) ->
    receive
        {io_request, From, ReplyAs, Request} ->
            case text(Request) of
                {ok, Text} ->
                    From ! {io_reply, ReplyAs, ok},
                    loop(printed(Text, State));
                error ->
                    From ! {io_reply, ReplyAs, {error, arguments}},
                    loop(State);
                passed_on ->
                    Leader ! {io_request, From, ReplyAs, Request},
                    loop(State)
            end;
        {suite_io, {capture, To}} ->
            loop(State#{capture := To});
        {suite_io, {timetrap, _, _} = Timetrap} ->
            Runner ! Timetrap,
            loop(State);
        {tail, To, Ref} ->
            To ! {Ref, lists:append(lists:reverse(maps:get(tail, State)))},
            loop(State#{tail := []});
        _ ->
            loop(State)
    end.

printed(Text, State = #{capture := Capture, tail := Tail}) ->
    is_pid(Capture) andalso (Capture ! {captured, Text}),
    Cut = lists:sublist(Text, ?TAIL_CHARACTERS_MAX),
    State#{tail := lists:sublist([Cut | Tail], 20)}.

text({put_chars, Encoding, Chars}) ->
    characters(Encoding, fun() -> Chars end);
text({put_chars, Encoding, M, F, A}) ->
    characters(Encoding, fun() -> apply(M, F, A) end);
text({put_chars, Chars}) ->
    text({put_chars, latin1, Chars});
text({put_chars, M, F, A}) ->
    text({put_chars, latin1, M, F, A});
text({requests, Requests}) ->
    Texts = [text(Request) || Request <- Requests],
    case lists:all(fun({ok, _}) -> true; (_) -> false end, Texts) of
        true -> {ok, lists:append([Text || {ok, Text} <- Texts])};
        false -> passed_on
    end;
text(_) ->
    passed_on.

characters(Encoding, Make) ->
    try unicode:characters_to_list(Make(), Encoding) of
        Text when is_list(Text) -> {ok, Text};
        _ -> error
    catch
        _:_ -> error
    end.
