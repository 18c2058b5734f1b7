%% A gen_server that keeps a table and lets its entries expire by timers.
-module(otp_gen_server_cache).
-export([main/0]).

-behaviour(gen_server).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2]).

main() ->
    {ok, P} = gen_server:start_link(?MODULE, 60, []),
     R1 = [gen_server:call(P, {put, K, V}) || {K, V} <- [{a, 1}, {b, 2}]],
     R2 = [gen_server:call(P, {get, K}) || K <- [a, b, c]], timer:sleep(120),
     R3 = [gen_server:call(P, {get, K}) || K <- [a, b]], gen_server:stop(P), {R1, R2, R3}.

init(Ttl) -> {ok, {Ttl, ets:new(cache, [private])}}.
handle_call({put, K, V}, _, {Ttl, T} = S) -> erlang:send_after(Ttl, self(), {expire, K}),
    {reply, ets:insert(T, {K, V}), S};
handle_call({get, K}, _, {_, T} = S) -> {reply, case ets:lookup(T, K) of [{K, V}] -> {ok, V}; [] -> miss end,
    S}.
handle_cast(_, S) -> {noreply, S}.
handle_info({expire, K}, {_, T} = S) -> ets:delete(T, K), {noreply, S}.
