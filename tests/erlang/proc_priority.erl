%% Priorities: set, read, the old value, and bad ones.
-module(proc_priority).
-export([main/0, id/1]).

main() ->
    A = process_flag(priority, high), B = process_info(self(), priority), C = process_flag(priority, low),
        D = process_flag(priority, normal),
    {A, B, C, D, e(fun() -> process_flag(priority, id(urgent)) end), process_flag(priority, max),
     process_flag(priority, normal)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
