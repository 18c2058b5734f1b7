%% Registered gen_servers: names, already_started, via, send_request, multi_call of one node.
-module(otp_gen_server_registered).
-export([main/0]).

-behaviour(gen_server).
-export([init/1, handle_call/3, handle_cast/2]).

main() ->
    {ok, P} = gen_server:start({local, corpus_srv}, ?MODULE, 1, []),
     Id = gen_server:send_request(corpus_srv, get),
    R = {gen_server:start({local, corpus_srv}, ?MODULE, 1, []) =:= {error, {already_started, P}},
        gen_server:call(corpus_srv, get), gen_server:wait_response(Id, 1000),
        gen_server:multi_call([node()], corpus_srv, get), gen_server:abcast(corpus_srv, inc),
        gen_server:call({corpus_srv, node()}, get), whereis(corpus_srv) =:= P},
    {ok, G} = gen_server:start({global, corpus_glob}, ?MODULE, 5, []),
     R2 = {gen_server:call({global, corpus_glob}, get), global:whereis_name(corpus_glob) =:= G},
     gen_server:stop(G), gen_server:stop(corpus_srv), {R, R2, whereis(corpus_srv), sys_state()}.

sys_state() -> {ok, P} = gen_server:start(?MODULE, 3, []), S = sys:get_state(P),
    T = sys:replace_state(P, fun(X) -> X * 2 end),
    {S, T, gen_server:call(P, get), element(1, sys:get_status(P)), gen_server:stop(P)}.

init(N) -> {ok, N}.
handle_call(get, _, N) -> {reply, N, N}.
handle_cast(inc, N) -> {noreply, N + 1}.
