%% Variables bound before a try keep their values in handlers, after and behind it.
-module(exc_values_live_across).
-export([main/0, id/1]).

main() ->
    [f(A) || A <- [1, a, 2.5, "x"]].

f(A) ->
    B = {A, id(b)}, C = [B | id(c)],
    R = try D = id(A) + 1, {D, B} catch error:E -> {E, A, C} after put(C, B) end,
    {R, A, B, C, erase(C)}.

%% Hides a value from the compiler.
id(X) -> X.
