%% A result beyond the largest float is badarith, never an infinity.
-module(float_overflow).
-export([main/0, id/1]).

main() ->
    Big = id(1.7976931348623157e308),
    [e(fun() -> Big * 2 end), e(fun() -> Big + Big end), e(fun() -> -Big - Big end), e(fun() -> Big / 0.1 end),
     e(fun() -> id(1.0) / 0.0 end),
     e(fun() -> id(0.0) / 0.0 end), e(fun() -> float(id(1) bsl 1024) end),
     e(fun() -> id(1 bsl 1024) + 1.0 end), e(fun() -> math:exp(id(1000)) end),
     e(fun() -> math:pow(10, id(400)) end)].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
