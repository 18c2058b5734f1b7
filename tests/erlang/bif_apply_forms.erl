%% apply/2, apply/3, M:F(A) with variables, and apply of BIFs and of operators.
-module(bif_apply_forms).
-export([main/0, id/1]).

main() ->
    M = id(lists), F = id(reverse), A = id([[1, 2, 3]]),
    {apply(M, F, A), M:F([a, b]), apply(fun(X, Y) -> X - Y end, id([5, 3])),
     apply(fun erlang:'+'/2, [1, id(2)]), apply(erlang, '+', id([1, 2])),
     erlang:apply(id(erlang), length, [[a]]), (id(erlang)):(id(abs))(-5),
     apply(erlang, apply, [erlang, abs, [id(-1)]]),
     e(fun() -> apply(id(lists), nope, [a]) end), e(fun() -> apply(M, F, id(a)) end),
     e(fun() -> apply(M, F, id([a | b])) end), e(fun() -> apply(id(1), F, []) end),
     e(fun() -> apply(M, id("f"), []) end), e(fun() -> apply(id(foo), id([])) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
