%% is_function/2 and is_record, as BIFs and in guards.
-module(type_tests_arity).
-export([main/0, id/1]).

main() ->
    F = fun(_, _) -> 1 end,
    {is_function(id(F), 2), is_function(id(F), 1), is_function(id(x), 1), is_function(fun lists:map/2, id(2)),
     is_record({r, 1}, id(r)), is_record(id({r, 1}), r, 2), is_record(id({r, 1}), r, 3),
     is_record(id({s}), id(r)), is_record(r, id(r)),
     e(fun() -> is_function(F, id(-1)) end), e(fun() -> is_function(F, id(a)) end),
     e(fun() -> is_record(id({r}), id("r"), 1) end), g(F), g(fun() -> 1 end), g({r, 2}), g(1)}.

g(X) when is_function(X, 2) -> two;
g(X) when is_function(X) -> function;
g(X) when is_record(X, r, 2) -> record;
g(_) -> other.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
