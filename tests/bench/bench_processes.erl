%% Processes and messages.
-module(bench_processes).
-behaviour(gen_server).

-export([programs/0, init/1, handle_call/3, handle_cast/2]).

programs() ->
    [{ring, 1, fun() -> {1000, 200} end, fun({N, M}) -> ring(N, M) end},
     {ping_pong, 1, fun() -> 300000 end, fun ping_pong/1},
     {spawn_many, 1, fun() -> 100000 end, fun spawn_many/1},
     {spawn_monitor_exit, 1, fun() -> 50000 end, fun spawn_monitor_exit/1},
     {spawn_alive, 1, fun() -> 20000 end, fun spawn_alive/1},
     {gen_server_calls, 1, fun() -> 100000 end, fun gen_server_calls/1},
     {gen_server_casts, 1, fun() -> 200000 end, fun gen_server_casts/1},
     {selective_receive, 1, fun() -> 1000 end, fun(N) -> lists:sum([selective(N) || _ <- lists:seq(1, 10)]) end},
     {reference_receive, 24, fun() -> 2000 end, fun reference_receive/1},
     {fan_in, 1, fun() -> {100, 2000} end, fun({P, N}) -> fan_in(P, N) end},
     {large_messages, 1, fun() -> [{I, "some text", <<"binary">>, [I, I]} || I <- lists:seq(1, 2000)] end,
      fun(T) -> echo(500, T) end},
     {binary_messages, 1, fun() -> binary:copy(<<"x">>, 100000) end, fun(B) -> echo(100000, B) end},
     {timers, 1, fun() -> 100000 end, fun timers/1},
     {process_dictionary, 1, fun() -> 500000 end, fun dictionary/1},
     {links_and_exits, 1, fun() -> 20000 end, fun links/1}].

ring(N, Rounds) ->
    Self = self(),
    First = lists:foldl(fun(_, Next) -> spawn(fun() -> pass(Next) end) end, Self, lists:seq(1, N)),
    rounds(First, Rounds),
    First ! stop,
    receive stop -> Rounds end.

pass(Next) ->
    receive
        stop -> Next ! stop;
        Token -> Next ! Token, pass(Next)
    end.

rounds(_, 0) -> ok;
rounds(First, N) -> First ! {token, N}, receive {token, N} -> rounds(First, N - 1) end.

ping_pong(N) -> echo(N, ping).

echo(N, Term) ->
    Pid = spawn_link(fun echo_loop/0),
    R = echo(N, Term, Pid),
    Pid ! stop,
    R.

echo(0, Term, _) -> Term;
echo(N, Term, Pid) -> Pid ! {self(), Term}, receive {Pid, T} -> echo(N - 1, T, Pid) end.

echo_loop() ->
    receive
        stop -> ok;
        {From, Term} -> From ! {self(), Term}, echo_loop()
    end.

spawn_many(0) -> done;
spawn_many(N) ->
    Self = self(),
    spawn(fun() -> Self ! N end),
    receive N -> spawn_many(N - 1) end.

spawn_monitor_exit(0) -> done;
spawn_monitor_exit(N) ->
    {Pid, Ref} = spawn_monitor(fun() -> exit(N) end),
    receive {'DOWN', Ref, process, Pid, N} -> spawn_monitor_exit(N - 1) end.

spawn_alive(N) ->
    Self = self(),
    Pids = [spawn(fun() -> receive go -> Self ! done end end) || _ <- lists:seq(1, N)],
    [P ! go || P <- Pids],
    length([ok || _ <- Pids, receive done -> true end]).

init(N) -> {ok, N}.

handle_call({add, X}, _From, N) -> {reply, N + X, N + X}.

handle_cast({add, X}, N) -> {noreply, N + X}.

gen_server_calls(N) ->
    {ok, Pid} = gen_server:start_link(?MODULE, 0, []),
    lists:foreach(fun(X) -> gen_server:call(Pid, {add, X}) end, lists:seq(1, N)),
    Sum = gen_server:call(Pid, {add, 0}),
    gen_server:stop(Pid),
    Sum.

gen_server_casts(N) ->
    {ok, Pid} = gen_server:start_link(?MODULE, 0, []),
    lists:foreach(fun(X) -> gen_server:cast(Pid, {add, X}) end, lists:seq(1, N)),
    Sum = gen_server:call(Pid, {add, 0}, infinity),
    gen_server:stop(Pid),
    Sum.

%% Takes the messages in the reverse order: each look goes through the whole queue.
selective(N) ->
    [self() ! {number, I} || I <- lists:seq(1, N)],
    lists:sum([receive {number, I} -> I end || I <- lists:seq(N, 1, -1)]).

%% Answers by a new reference with a long queue in front: the receive marker skips it.
reference_receive(N) ->
    Pid = spawn_link(fun Loop() -> receive {F, R} -> F ! {R, ok}, Loop(); stop -> ok end end),
    [self() ! {noise, I} || I <- lists:seq(1, 10000)],
    Count = lists:sum([begin R = make_ref(), Pid ! {self(), R}, receive {R, ok} -> 1 end end || _ <- lists:seq(1, N)]),
    Pid ! stop,
    Count.

fan_in(P, N) ->
    Self = self(),
    [spawn(fun() -> [Self ! {I, J} || J <- lists:seq(1, N)] end) || I <- lists:seq(1, P)],
    collect(P * N, 0).

collect(0, Sum) -> Sum;
collect(N, Sum) -> receive {I, J} -> collect(N - 1, Sum + I + J) end.

timers(0) -> done;
timers(N) ->
    R = erlang:start_timer(60000, self(), never),
    Left = erlang:cancel_timer(R),
    true = Left > 0,
    receive never -> bad after 0 -> timers(N - 1) end.

dictionary(0) -> get(key);
dictionary(N) -> put(key, {N, get(other)}), put(other, N), dictionary(N - 1).

links(0) -> done;
links(N) ->
    process_flag(trap_exit, true),
    Pid = spawn_link(fun() -> receive stop -> exit(stopped) end end),
    Pid ! stop,
    receive {'EXIT', Pid, stopped} -> links(N - 1) end.
