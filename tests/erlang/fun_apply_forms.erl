%% Funs called by apply, by spread arguments, with many arguments, and from comprehensions.
-module(fun_apply_forms).
-export([main/0, id/1]).

main() ->
    F0 = fun() -> zero end, F7 = fun(A, B, C, D, E, F, G) -> [A, B, C, D, E, F, G] end,
        F10 = fun(A, B, C, D, E, F, G, H, I, J) -> {A, B, C, D, E, F, G, H, I, J} end,
    {F0(), apply(F0, []), apply(F7, [1, 2, 3, 4, 5, 6, id(7)]), apply(F10, lists:seq(1, 10)),
     [F(X) || {F, X} <- [{fun id/1, a}, {fun erlang:is_atom/1, b}, {fun(Z) -> {Z} end, c}]],
      (fun lists:append/2)([1], [2]), erlang:apply(fun erlang:max/2, [1, id(2)])}.

%% Hides a value from the compiler.
id(X) -> X.
