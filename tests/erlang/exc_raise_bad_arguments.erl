%% erlang:raise/3 with a bad class or a bad stack returns badarg or raises it.
-module(exc_raise_bad_arguments).
-export([main/0, id/1]).

main() ->
    [e(fun() -> erlang:raise(id(foo), r, []) end), e(fun() -> erlang:raise(error, r, id(foo)) end),
     e(fun() -> erlang:raise(error, r, id([foo])) end),
     e(fun() -> erlang:raise(error, r, id([{a, b, c, d}])) end),
     e(fun() -> erlang:raise(error, r, id([{m, f, 1}])) end),
     e(fun() -> erlang:raise(id(1), r, id([{m, f, 1, []}])) end)].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
