%% An exception that ends a process: its exit reason holds nocatch, the error with its trace, or the exit.
-module(exc_throw_uncaught_in_process).
-export([main/0, id/1]).

main() ->
    logger:set_primary_config(level, none),
    [reason(fun() -> exit(normal) end), reason(fun() -> exit({custom, 1}) end),
     reason(fun() -> throw(ball) end), reason(fun() -> error(bang) end), reason(fun() -> 1 / id(0) end),
     reason(fun() -> f(id(2)) end), reason(fun() -> exit(kill) end), reason(fun() -> ok end)].

f(1) -> 1.

reason(F) ->
    {P, R} = spawn_monitor(F),
    receive {'DOWN', R, process, P, Reason} -> shape(Reason) end.

shape({R, [{_, _, _, _} | _] = S}) -> {R, [{M, N, A} || {M, N, A, _} <- S]};
shape(R) -> R.

%% Hides a value from the compiler.
id(X) -> X.
