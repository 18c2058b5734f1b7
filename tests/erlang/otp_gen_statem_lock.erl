%% A gen_statem with state functions: a code lock with state timeouts.
-module(otp_gen_statem_lock).
-export([main/0]).

-behaviour(gen_statem).
-export([init/1, callback_mode/0, locked/3, open/3, terminate/3]).

main() ->
    {ok, P} = gen_statem:start_link(?MODULE, [self(), "123"], []),
    press(P, "12"), A = gen_statem:call(P, state), press(P, "9123"), B = gen_statem:call(P, state),
        receive {relocked, N} -> ok end, C = gen_statem:call(P, state), D = sys:get_state(P),
        gen_statem:stop(P), receive {ended, W, S} -> ok end, {A, B, C, N, element(1, D), W, S}.

press(P, Cs) -> [gen_statem:cast(P, {button, C}) || C <- Cs].

callback_mode() -> state_functions.

init([To, Code]) -> {ok, locked, #{to => To, code => Code, got => [], n => 0}}.

locked(cast, {button, B}, #{code := Code, got := Got} = D) ->
    New = lists:sublist([B | Got], length(Code)),
    case lists:reverse(New) of
        Code -> {next_state, open, D#{got := []}, [{state_timeout, 60, lock}]};
        _ -> {keep_state, D#{got := New}}
    end;
locked({call, From}, state, _) -> {keep_state_and_data, [{reply, From, locked}]}.

open(state_timeout, lock, #{to := To, n := N} = D) -> To ! {relocked, N + 1},
    {next_state, locked, D#{n := N + 1}};
open({call, From}, state, _) -> {keep_state_and_data, {reply, From, open}};
open(cast, _, _) -> {keep_state_and_data, postpone}.

terminate(W, S, #{to := To}) -> To ! {ended, W, S}.
