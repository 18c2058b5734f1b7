%% Timers with bad times, destinations and options.
-module(proc_timers_errors).
-export([main/0, id/1]).

main() ->
    [e(fun() -> erlang:send_after(id(-1), self(), x) end), e(fun() -> erlang:send_after(id(a), self(), x) end),
     e(fun() -> erlang:send_after(id(1 bsl 64), self(), x) end),
     e(fun() -> erlang:send_after(1, id(1), x) end), e(fun() -> erlang:start_timer(id(1.0), self(), x) end),
     e(fun() -> erlang:cancel_timer(id(x)) end), e(fun() -> erlang:read_timer(id(1)) end),
     e(fun() -> erlang:send_after(1, self(), x, id([bad])) end),
     e(fun() -> erlang:cancel_timer(make_ref(), id([bad])) end)].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
