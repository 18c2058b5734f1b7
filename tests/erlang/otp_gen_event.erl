%% A gen_event manager: handlers added, notified, called, swapped, removed, crashing.
-module(otp_gen_event).
-export([main/0]).

-behaviour(gen_event).
-export([init/1, handle_event/2, handle_call/2, handle_info/2, terminate/2]).

main() ->
    logger:set_primary_config(level, none), {ok, M} = gen_event:start_link(),
    R = [gen_event:add_handler(M, ?MODULE, {self(), a}), gen_event:add_handler(M, {?MODULE, two}, {self(), b}),
        gen_event:notify(M, {ev, 1}), gen_event:sync_notify(M, {ev, 2}),
        lists:sort([receive {T, E} -> {T, E} end || _ <- [1, 2, 3, 4]]),
        lists:sort(gen_event:which_handlers(M)), gen_event:call(M, ?MODULE, count),
        gen_event:call(M, {?MODULE, two}, count), gen_event:call(M, nobody, x),
        gen_event:swap_handler(M, {{?MODULE, two}, bye}, {{?MODULE, three}, {self(), c}}),
        receive {ended, W} -> W end, gen_event:delete_handler(M, ?MODULE, gone), receive {ended, V} -> V end,
        gen_event:delete_handler(M, ?MODULE, x), gen_event:sync_notify(M, crash), gen_event:which_handlers(M)],
    gen_event:stop(M), {R, is_process_alive(M)}.

init({{To, T}, swapped}) -> {ok, {To, T, 100}};
init({{To, T}, _}) -> {ok, {To, T, 0}};
init({To, T}) -> {ok, {To, T, 0}}.

handle_event(crash, _) -> error(crashed);
handle_event({ev, _} = E, {To, T, N}) -> To ! {T, E}, {ok, {To, T, N + 1}}.
handle_call(count, {_, _, N} = S) -> {ok, N, S}.
handle_info(_, S) -> {ok, S}.
terminate(W, {To, T, N}) -> To ! {ended, {T, N, if is_tuple(W) -> element(1, W); true -> W end}}, swapped.
