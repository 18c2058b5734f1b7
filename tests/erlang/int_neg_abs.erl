%% Unary minus and plus, and abs, at the limits of small integers.
-module(int_neg_abs).
-export([main/0, id/1]).

main() ->
    [{N, -N, +N, abs(N)} || N <- [id(0), 5, -5, (1 bsl 59) - 1, 1 bsl 59, -(1 bsl 59), -(1 bsl 59) - 1,
     1 bsl 63, -(1 bsl 64)]].

%% Hides a value from the compiler.
id(X) -> X.
