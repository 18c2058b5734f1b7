%% counters with bad arguments, and wrapping.
-module(counters_errors).
-export([main/0, id/1]).

main() ->
    C = counters:new(1, []), counters:put(C, 1, (1 bsl 63) - 1), counters:add(C, 1, 1),
    [counters:get(C, 1), e(fun() -> counters:get(C, id(2)) end), e(fun() -> counters:add(C, 1, id(1.5)) end),
     e(fun() -> counters:new(id(-1), []) end), e(fun() -> counters:new(1, id([x])) end),
     e(fun() -> counters:put(C, 1, id(1 bsl 64)) end), e(fun() -> counters:get(id({atomics, x}), 1) end)].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
