%% A gen_statem with handle_event, enter calls, postponed and internal events, generic timeouts.
-module(otp_gen_statem_events).
-export([main/0]).

-behaviour(gen_statem).
-export([init/1, callback_mode/0, handle_event/4]).

main() ->
    {ok, P} = gen_statem:start_link({local, corpus_sm}, ?MODULE, self(), []),
    gen_statem:cast(P, work), gen_statem:cast(P, go), R = gen_statem:call(corpus_sm, log),
        receive generic -> ok end, {R, gen_statem:call(P, log), gen_statem:call(P, stop), is_process_alive(P)}.

callback_mode() -> [handle_event_function, state_enter].

init(To) -> {ok, idle, {To, []}, [{next_event, internal, first}]}.

handle_event(enter, Old, New, {To, L}) -> {keep_state, {To, [{enter, Old, New} | L]}};
handle_event(internal, E, _, {To, L}) -> {keep_state, {To, [{internal, E} | L]}};
handle_event(cast, work, idle, {To, L}) -> {keep_state, {To, [postponed | L]}, [postpone]};
handle_event(cast, go, idle, D) -> {next_state, {busy, 1}, D,
    [{{timeout, g}, 60, generic}, {next_event, internal, second}]};
handle_event(cast, work, {busy, N}, {To, L}) -> {next_state, {busy, N + 1}, {To, [worked | L]}};
handle_event({timeout, g}, generic, S, {To, L}) -> To ! generic, {keep_state, {To, [{timeout, S} | L]}};
handle_event({call, F}, log, _, {_, L}) -> {keep_state_and_data, [{reply, F, lists:reverse(L)}]};
handle_event({call, F}, stop, S, D) -> {stop_and_reply, normal, [{reply, F, {stopping, S}}], D}.
