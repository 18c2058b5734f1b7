%% Runs conformance programs on stock Erlang/OTP and writes what each prints, one file per program.
%% Every program gets a process and a group leader of its own; nothing that it starts outlives it.
-module(conformance_oracle).
-export([run/5]).

%% Longer than this is a hang; longer than `?SLOW_MS` is told, for a corpus that stays quick.
-define(TIMEOUT_MS, 20000).
-define(SLOW_MS, 250).

%% Programs are in `Beams`, what they print goes to `Out`; `Order` is forward or reverse: a result
%% that depends on which atoms were made before, or on what another program left, shows in the pair.
%% All programs are to end as `Expected`: with a result, or with an exception.
run(Beams, Out, Order, Expected, Names) ->
    true = code:add_patha(Beams),
    Start = snapshot(),
    Failed = [{Name, End} || Name <- order(Order, Names),
                             (End = program(Name, Out, Start)) =/= Expected],
    Failed =:= [] orelse io:format(standard_error, "no ~s: ~p~n", [Expected, Failed]),
    halt(min(length(Failed), 1)).

order(forward, Names) -> Names;
order(reverse, Names) -> lists:reverse(Names).

program(Name, Out, Start) ->
    Leader = spawn_link(fun() -> leader([]) end),
    Before = erlang:monotonic_time(millisecond),
    {Pid, Ref} = spawn_opt(fun() -> group_leader(Leader, self()), main(Name) end, [monitor]),
    End = receive {'DOWN', Ref, process, Pid, Reason} -> Reason
          after ?TIMEOUT_MS -> timeout
          end,
    Ms = erlang:monotonic_time(millisecond) - Before,
    Ms < ?SLOW_MS orelse io:format(standard_error, "slow: ~s ~b ms~n", [Name, Ms]),
    kill_all_of(Leader),
    Leader ! {take, self()},
    Text = receive {text, Leader, T} -> T end,
    {How, Last} = ending(End),
    ok = file:write_file(filename:join(Out, atom_to_list(Name) ++ ".out"), [Text, Last]),
    restore(Start),
    code:purge(Name), code:delete(Name), code:purge(Name),
    How.

main(Name) ->
    try Name:main() of
        Result -> io:format("~p~n", [Result]), exit({?MODULE, result})
    catch
        Class:Reason:Stack -> exit({?MODULE, Class, Reason, Stack})
    end.

%% How the program ended, and what is printed for it: an exception as the shell prints it, with the
%% frames of the program only. What is not ours is the exit signal of a link.
ending({?MODULE, result}) -> {result, []};
ending({?MODULE, Class, Reason, Stack}) ->
    Frames = lists:takewhile(fun({M, _, _, _}) -> M =/= ?MODULE end, Stack),
    Text = erl_error:format_exception(Class, Reason, Frames, #{column => 4}),
    {exception, unicode:characters_to_binary(["** ", Text, $\n])};
ending(timeout) -> {timeout, []};
ending(Reason) -> ending({?MODULE, exit, Reason, []}).

%% Until none is left: a supervisor may start another child while its children are being killed.
kill_all_of(Leader) ->
    case [P || P <- processes(), P =/= Leader,
               process_info(P, group_leader) =:= {group_leader, Leader}] of
        [] -> ok;
        Left ->
            Refs = [monitor(process, P) || P <- Left],
            [exit(P, kill) || P <- Left],
            [receive {'DOWN', R, process, _, _} -> ok end || R <- Refs],
            kill_all_of(Leader)
    end.

%% What programs may change in the node, put back so that the next finds a fresh one.
snapshot() ->
    {logger:get_primary_config(), [A || {A, _, _} <- application:loaded_applications()],
     [K || {K, _} <- persistent_term:get()], [H || H <- logger:get_handler_ids()]}.

restore({Primary, Loaded, Terms, Handlers}) ->
    [begin application:stop(A), application:unload(A) end
     || {A, _, _} <- application:which_applications(), not lists:member(A, Loaded)],
    [application:unload(A) || {A, _, _} <- application:loaded_applications(),
                              not lists:member(A, Loaded)],
    [persistent_term:erase(K) || {K, _} <- persistent_term:get(), not lists:member(K, Terms)],
    [logger:remove_handler(H) || H <- logger:get_handler_ids() -- Handlers],
    ok = logger:set_primary_config(Primary).

%% A group leader: keeps what is written as UTF-8, has nothing to read.
leader(Text) ->
    receive
        {io_request, From, As, Request} ->
            {Reply, Chars} = request(Request),
            From ! {io_reply, As, Reply},
            leader([Text, Chars]);
        {take, From} -> From ! {text, self(), Text}
    end.

request({put_chars, Encoding, Chars}) ->
    try unicode:characters_to_binary(Chars, Encoding) of
        Text when is_binary(Text) -> {ok, Text};
        _ -> {{error, {no_translation, Encoding, unicode}}, []}
    catch
        _:_ -> {{error, put_chars}, []}
    end;
request({put_chars, Encoding, M, F, A}) ->
    try apply(M, F, A) of
        Chars -> request({put_chars, Encoding, Chars})
    catch
        _:_ -> {{error, F}, []}
    end;
request({requests, Requests}) -> requests(Requests, {ok, []});
request(getopts) -> {[{binary, false}, {encoding, unicode}], []};
request({setopts, _}) -> {ok, []};
request({get_geometry, _}) -> {{error, enotsup}, []};
request(Read) when element(1, Read) =:= get_chars; element(1, Read) =:= get_line;
                   element(1, Read) =:= get_until -> {eof, []};
request(_) -> {{error, request}, []}.

requests([R | Rest], {ok, Text}) ->
    {Reply, Chars} = request(R),
    requests(Rest, {Reply, [Text, Chars]});
requests(_, Done) -> Done.
