%% Errors that limits raise are system_limit, and the process lives on.
-module(exc_system_limits).
-export([main/0, id/1]).

main() ->
    [e(fun() -> list_to_atom(lists:duplicate(id(1000), $x)) end),
     e(fun() -> erlang:make_tuple(id(1 bsl 30), x) end), e(fun() -> id(1) bsl id(1 bsl 62) end),
     e(fun() -> <<0:(id(1 bsl 70))>> end), e(fun() -> list_to_existing_atom(lists:duplicate(id(256), $y)) end)].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
