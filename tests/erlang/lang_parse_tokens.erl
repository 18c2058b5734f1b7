%% A recursive descent parser and evaluator of arithmetic text.
-module(lang_parse_tokens).
-export([main/0]).

main() ->
    [e(fun() -> {V, []} = expr(S), V end) || S <- ["1+2*3", "(1+2)*3", "10-4-3", "2*(3+4)*5", "100/7", "-5+3",
     "((((1))))", "1+", "", "2**3", "7/0"]].

expr(S) -> {V, R} = term(S), more(V, R).
more(V, [$+ | R]) -> {W, Q} = term(R), more(V + W, Q);
more(V, [$- | R]) -> {W, Q} = term(R), more(V - W, Q);
more(V, R) -> {V, R}.

term(S) -> {V, R} = factor(S), times(V, R).
times(V, [$* | R]) -> {W, Q} = factor(R), times(V * W, Q);
times(V, [$/ | R]) -> {W, Q} = factor(R), times(V div W, Q);
times(V, R) -> {V, R}.

factor([$( | R]) -> {V, [$) | Q]} = expr(R), {V, Q};
factor([$- | R]) -> {V, Q} = factor(R), {-V, Q};
factor([C | _] = S) when C >= $0, C =< $9 -> {D, R} = lists:splitwith(fun(X) -> X >= $0 andalso X =< $9 end,
    S), {list_to_integer(D), R}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.
