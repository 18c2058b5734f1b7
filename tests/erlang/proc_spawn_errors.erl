%% spawn with bad arguments is badarg at once; an undefined function ends the new process.
-module(proc_spawn_errors).
-export([main/0, id/1]).

main() ->
    logger:set_primary_config(level, none),
    [e(fun() -> spawn(id(a)) end), e(fun() -> spawn(id(1), f, []) end), e(fun() -> spawn(m, f, id(x)) end),
     e(fun() -> spawn(m, f, id([a | b])) end), e(fun() -> spawn_opt(fun() -> ok end, id([bad])) end),
     e(fun() -> spawn_opt(fun() -> ok end, id(x)) end),
     e(fun() -> spawn_opt(fun() -> ok end, [{priority, id(none)}]) end),
     begin {P, R} = spawn_monitor(no_mod, no_fun, [1]),
     receive {'DOWN', R, process, P, {Why, [{M, F, A, _} | _]}} -> {Why, M, F, A} end end,
     e(fun() -> spawn_monitor(id(3)) end)].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
