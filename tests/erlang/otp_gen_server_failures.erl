%% A gen_server that fails: in init, in a call, by timeout, when it is not there.
-module(otp_gen_server_failures).
-export([main/0]).

-behaviour(gen_server).
-export([init/1, handle_call/3, handle_cast/2]).

main() ->
    logger:set_primary_config(level, none), process_flag(trap_exit, true),
    {ok, P} = gen_server:start(?MODULE, ok, []), {ok, Q} = gen_server:start(?MODULE, ok, []),
    [gen_server:start(?MODULE, {stop, why}, []), gen_server:start_link(?MODULE, ignore, []),
     gen_server:start(?MODULE, bad, []), element(1, element(2, gen_server:start(?MODULE, crash, []))),
     c(fun() -> gen_server:call(P, crash) end), c(fun() -> gen_server:call(P, again) end),
     c(fun() -> gen_server:call(Q, slow, 10) end), c(fun() -> gen_server:call(corpus_no_server, x) end),
     c(fun() -> gen_server:call(Q, stop) end), gen_server:cast(corpus_no_server, x),
     c(fun() -> gen_server:stop(P) end)].

c(F) ->
    try F()
    catch
        exit:{{R, [{_, _, _, _} | _]}, {M, N, [_ | A]}} -> {R, M, N, A};
        exit:{R, {M, N, [_ | A]}} -> {R, M, N, A};
        exit:R -> R
    end.

init({stop, W}) -> {stop, W};
init(ignore) -> ignore;
init(bad) -> nonsense;
init(crash) -> error(in_init);
init(ok) -> {ok, s}.

handle_call(crash, _, _) -> error(in_call);
handle_call(slow, _, S) -> receive after 40 -> ok end, {reply, late, S};
handle_call(stop, _, S) -> {stop, normal, stopped, S}.

handle_cast(_, S) -> {noreply, S}.
