%% garbage_collect with options, system and process flags that return the old value.
-module(bif_garbage_collect_flags).
-export([main/0, id/1]).

main() ->
    {erlang:garbage_collect(self(), [{type, minor}]), erlang:garbage_collect(self(), [{async, tag}]),
     receive {garbage_collect, tag, B} -> B end, e(fun() -> erlang:garbage_collect(self(), id([bad])) end),
     erlang:system_flag(fullsweep_after, erlang:system_flag(fullsweep_after, 100)),
     process_flag(fullsweep_after, process_flag(fullsweep_after, 50)), lists:member(lists, erlang:loaded()),
     lists:member(erlang, erlang:pre_loaded()), erlang:is_builtin(erlang, spawn, 1)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
