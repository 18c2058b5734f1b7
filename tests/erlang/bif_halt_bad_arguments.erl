%% Bad arguments of system BIFs are badarg and end nothing.
-module(bif_halt_bad_arguments).
-export([main/0, id/1]).

main() ->
    [e(fun() -> erlang:halt(id(foo)) end), e(fun() -> erlang:halt(id(-1)) end),
     e(fun() -> erlang:processes(id(1)) end), e(fun() -> erlang:process_flag(id(nope), 1) end),
     e(fun() -> erlang:process_flag(trap_exit, id(1)) end),
     e(fun() -> erlang:process_info(self(), id(nope)) end), e(fun() -> erlang:process_info(id(foo)) end),
     e(fun() -> erlang:garbage_collect(id(foo)) end), erlang:garbage_collect(), erlang:garbage_collect(self()),
     e(fun() -> erlang:send(id(1), x) end), e(fun() -> erlang:statistics(id(nope)) end), erlang:yield(),
     e(fun() -> erlang:bump_reductions(id(0)) end), e(fun() -> erlang:system_flag(id(nope), 1) end),
     e(fun() -> erlang:is_process_alive(id(a)) end)].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
