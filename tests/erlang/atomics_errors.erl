%% atomics with bad indices, values and options.
-module(atomics_errors).
-export([main/0, id/1]).

main() ->
    A = atomics:new(2, []), U = atomics:new(1, [{signed, false}]),
    [e(fun() -> atomics:get(A, id(0)) end), e(fun() -> atomics:get(A, id(3)) end),
     e(fun() -> atomics:put(A, 1, id(1 bsl 63)) end), e(fun() -> atomics:put(U, 1, id(-1)) end),
     e(fun() -> atomics:add(A, 1, id(a)) end), e(fun() -> atomics:new(id(0), []) end),
     e(fun() -> atomics:new(1, id([bad])) end), e(fun() -> atomics:get(id(make_ref()), 1) end),
     e(fun() -> atomics:get(id(a), 1) end), e(fun() -> atomics:add(A, 1, id(1 bsl 64)) end)].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
