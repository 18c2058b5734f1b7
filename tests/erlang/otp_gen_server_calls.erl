%% A gen_server: call, cast, info, continue, timeouts and a clean stop.
-module(otp_gen_server_calls).
-export([main/0]).

-behaviour(gen_server).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, handle_continue/2, terminate/2, code_change/3]).

main() ->
    {ok, P} = gen_server:start_link(?MODULE, [self(), 10], []),
    R = [gen_server:call(P, get), gen_server:cast(P, {add, 5}), gen_server:call(P, get),
        gen_server:call(P, later), begin P ! {set, 1}, gen_server:call(P, get) end,
        gen_server:call(P, {noreply_then, 7}), receive {timeout_seen, N} -> N end, gen_server:stop(P),
        receive {terminated, T} -> T end],
    {R, is_process_alive(P)}.

init([To, N]) -> {ok, {To, 0}, {continue, {start, N}}}.

handle_continue({start, N}, {To, 0}) -> {noreply, {To, N}}.

handle_call(get, _, {_, N} = S) -> {reply, N, S};
handle_call(later, From, S) -> self() ! {reply, From}, {noreply, S};
handle_call({noreply_then, N}, From, {To, _}) -> gen_server:reply(From, replied), {noreply, {To, N}, 1}.

handle_cast({add, N}, {To, M}) -> {noreply, {To, N + M}}.

handle_info({reply, From}, S) -> gen_server:reply(From, later), {noreply, S};
handle_info({set, N}, {To, _}) -> {noreply, {To, N}};
handle_info(timeout, {To, N} = S) -> To ! {timeout_seen, N}, {noreply, S}.

terminate(Why, {To, _}) -> To ! {terminated, Why}.

code_change(_, S, _) -> {ok, S}.
