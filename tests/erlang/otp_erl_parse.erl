%% erl_parse builds forms, expressions and terms, or says what is wrong.
-module(otp_erl_parse).
-export([main/0]).

main() ->
    P = fun(F, S) -> {ok, T, _} = erl_scan:string(S), erl_parse:F(T) end,
    [P(parse_form, "f(X) when X > 0 -> {ok, X}; f(_) -> error."), P(parse_exprs, "X = 1, Y = X + 2, [X | Y]."),
     P(parse_exprs, "case A of {B, _} when is_atom(B) -> B; _ -> throw(x) end."),
     P(parse_exprs, "[X * 2 || X <- L, X > 1]."), P(parse_exprs, "<<A:8, B/binary>> = C."),
     P(parse_exprs, "#{a => 1, b := 2}."), P(parse_exprs,
     "try f() of 1 -> 2 catch throw:E:S -> {E, S} after g() end."),
     P(parse_exprs, "fun F(0) -> 1; F(N) -> N * F(N - 1) end."),
     P(parse_form, "-record(r, {a = 1, b :: integer()})."),
     P(parse_form, "-spec f(integer()) -> atom() | [term()]."),
     P(parse_form, "-type t() :: #{a := b} | fun((...) -> ok)."),
     P(parse_term, "{a, [1, \"x\"], <<1>>, #{k => v}}."), P(parse_term, "a + b."), P(parse_exprs, "1 + ."),
     P(parse_form, "f() -> ."), P(parse_exprs, "a b."), P(parse_exprs, "receive X -> X after 10 -> ok end."),
     P(parse_exprs, "if A -> 1; true -> 2 end."), P(parse_exprs, "-1 + 2 * 3 - 4 bsl 5.")].
