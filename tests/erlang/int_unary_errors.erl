%% Unary operators on what is no number are badarith.
-module(int_unary_errors).
-export([main/0, id/1]).

main() ->
    Bad = [id(a), "x", {}, <<>>, #{}],
    [[e(fun() -> -B end), e(fun() -> +B end), e(fun() -> bnot B end), e(fun() -> abs(B) end)] || B <- Bad]
        ++ [e(fun() -> bnot id(1.0) end)].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
