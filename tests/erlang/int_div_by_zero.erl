%% div and rem by zero, and of what is no integer, are badarith.
-module(int_div_by_zero).
-export([main/0, id/1]).

main() ->
    Ns = [id(1), 0, -1, 1 bsl 80, 1.5, foo],
    [[e(fun() -> N div Z end), e(fun() -> N rem Z end)] || N <- Ns, Z <- [id(0), 0.0, a, 2.0]].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
