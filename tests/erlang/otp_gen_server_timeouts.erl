%% Reply from another process, a late reply that is dropped, hibernate, infinity, format of an aborted call.
-module(otp_gen_server_timeouts).
-export([main/0]).

-behaviour(gen_server).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2]).

main() ->
    {ok, P} = gen_server:start_link(?MODULE, [], []),
    R = [gen_server:call(P, by_other), catch_timeout(fun() -> gen_server:call(P, late, 1) end),
        gen_server:call(P, hibernate), gen_server:call(P, info), begin P ! junk,
        gen_server:call(P, info, infinity) end, [gen_server:call(P, {echo, I}) || I <- lists:seq(1, 5)],
        begin Ids = [gen_server:send_request(P, {echo, I}) || I <- [a, b]],
        [gen_server:receive_response(I, 5000) || I <- Ids] end],
    receive M -> {R, M} after 0 -> {R, nothing_left} end.

catch_timeout(F) -> try F() catch exit:{W, {M, N, _}} -> {W, M, N} end.

init(_) -> {ok, 0}.
handle_call(by_other, From, S) -> spawn(fun() -> gen_server:reply(From, from_other) end), {noreply, S};
handle_call(late, From, S) -> timer:sleep(30), gen_server:reply(From, too_late), {noreply, S};
handle_call(hibernate, _, S) -> {reply, ok, S, hibernate};
handle_call(info, _, S) -> {reply, S, S};
handle_call({echo, X}, _, S) -> {reply, X, S}.
handle_cast(_, S) -> {noreply, S}.
handle_info(junk, S) -> {noreply, S + 1}.
