%% Matches within expressions bind and check, from inside out.
-module(pat_match_in_arguments).
-export([main/0, id/1]).

main() ->
    R = f(A = id(1), B = {id(b), 2}),
    L = [C = id(c), D = {id(d)}],
    {R, A, B, L, C, D, begin X = Y = Z = id(7), {X, Y, Z} end,
     e(fun() -> f(V = id(3), {ok, _} = id({no, 3})), V end)}.

f(X, Y) -> {X, Y}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
