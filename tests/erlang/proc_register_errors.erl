%% Names taken, dead processes, bad names, unknown names.
-module(proc_register_errors).
-export([main/0, id/1]).

main() ->
    D = spawn(fun() -> ok end), M = monitor(process, D), receive {'DOWN', M, _, _, _} -> ok end,
        true = register(corpus_taken, self()), Q = spawn(fun() -> receive x -> x end end),
    [e(fun() -> register(corpus_taken, Q) end), e(fun() -> register(corpus_two, self()) end),
     e(fun() -> register(corpus_dead, D) end), e(fun() -> register(undefined, Q) end),
     e(fun() -> register(id("x"), Q) end), e(fun() -> register(corpus_x, id(1)) end),
     e(fun() -> unregister(corpus_nobody) end), e(fun() -> corpus_nobody ! x end),
     e(fun() -> whereis(id("a")) end), {corpus_nobody, node()} ! dropped,
     e(fun() -> erlang:send(corpus_nobody, x) end), unregister(corpus_taken), exit(Q, kill)].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
