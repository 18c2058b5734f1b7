%% Nested after parts run from the inside out, on values and on exceptions.
-module(exc_after_order).
-export([main/0]).

main() ->
    {run(fun() -> v end), run(fun() -> throw(t) end), run(fun() -> error(e) end)}.

run(F) ->
    put(log, []),
    R = e(fun() -> try try try F() after log(1) end after log(2) end after log(3) end end),
    {R, lists:reverse(get(log))}.

log(X) -> put(log, [X | get(log)]).

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.
