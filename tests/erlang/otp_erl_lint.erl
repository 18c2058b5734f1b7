%% erl_lint finds what is wrong in forms.
-module(otp_erl_lint).
-export([main/0]).

main() ->
    [lint(S) || S <- ["-module(m). f() -> ok.", "-module(m). -export([f/0]). f() -> X.",
     "-module(m). -export([f/1]). f(X) -> Y = X.", "-module(m). -export([g/0]).",
     "-module(m). -export([f/0]). f() -> g().", "-module(m). -export([f/0]). f() -> #r{}.",
     "-module(m). -export([f/0]). f() -> ok. f() -> no.",
     "-module(m). -export([f/1]). f(X) when foo(X) -> ok.",
     "-module(m). -export([f/1]). f(X) -> case X of 1 -> Y = 2; _ -> ok end, Y.",
     "-module(m). -record(r, {a, a}).", "-module(m). -export([f/0]). f() -> fun g/1.",
     "-module(m). -export([f/1]). f(#{a => 1}) -> ok.", "-module(m). -spec f() -> ok.",
     "-module(m). -export([f/0]). f() -> [X || X <- [1], Y].", "-module(m). -behaviour(no_such_behaviour)."]].

lint(S) ->
    {ok, T, _} = erl_scan:string(S), Fs = forms(T, [], []),
    case erl_lint:module(Fs, "m.erl") of {ok, W} -> {ok, [fmt(E) || {_, Es} <- W, E <- Es]};
    {error, Es, W} -> {error, [fmt(E) || {_, L} <- Es, E <- L], [fmt(E) || {_, L} <- W, E <- L]} end.

fmt({L, M, D}) -> {L, lists:flatten(M:format_error(D))};
fmt({M, D}) -> lists:flatten(M:format_error(D)).

forms([], [], Fs) -> lists:reverse(Fs);
forms([{dot, _} = D | T], Acc, Fs) -> {ok, F} = erl_parse:parse_form(lists:reverse([D | Acc])),
    forms(T, [], [F | Fs]);
forms([X | T], Acc, Fs) -> forms(T, [X | Acc], Fs).
