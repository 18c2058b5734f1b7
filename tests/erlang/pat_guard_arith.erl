%% Arithmetic in guards, of every operator, fails quietly on the wrong types.
-module(pat_guard_arith).
-export([main/0, id/1]).

main() ->
    [{X, [N || {N, true} <- [{1, g1(X)}, {2, g2(X)}, {3, g3(X)}, {4, g4(X)}, {5, g5(X)}]]}
     || X <- [id(6), -6, 6.0, a, 0, 1 bsl 65, [], {}]].

g1(X) when X + 1 > 2, X * 2 > 3, X - 1 > 0 -> true; g1(_) -> false.
g2(X) when X / 2 == 3 -> true; g2(_) -> false.
g3(X) when X div 4 =:= 1; X rem 4 =:= -2 -> true; g3(_) -> false.
g4(X) when X band 1 =:= 0, X bor 1 =/= X, X bxor X =:= 0, bnot X < 0 -> true; g4(_) -> false.
g5(X) when X bsl 1 > X, X bsr 1 < X -> true; g5(X) when -X > X, +X < 0 -> true; g5(_) -> false.

%% Hides a value from the compiler.
id(X) -> X.
