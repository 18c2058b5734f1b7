%% Arguments of funs and generators hide outer variables; bodies see them.
-module(fun_shadowing).
-export([main/0, id/1]).

main() ->
    X = id(1), Y = id(2),
    {(fun(X) -> X + Y end)(10), [X || X <- [5, 6]], X, (fun(Z) -> X = Z, {same, X} end)(1),
     e(fun() -> (fun(Z) -> X = Z end)(2) end), [{X1, Y} || X1 <- [X, Y]], << <<X>> || X <- [7, 8] >>, X}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
