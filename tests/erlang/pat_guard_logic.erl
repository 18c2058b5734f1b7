%% and, or, not, xor, andalso, orelse, commas and semicolons in guards.
-module(pat_guard_logic).
-export([main/0, id/1]).

main() ->
    [{A, B, g1(A, B), g2(A, B), g3(A, B), g4(A, B)} || A <- [id(true), false, x], B <- [id(true), false, 1]].

g1(A, B) when A and B -> both;
g1(A, B) when A or B -> one;
g1(A, _) when not A -> none;
g1(_, _) -> fail.

g2(A, B) when A andalso B -> both;
g2(A, B) when A orelse B -> one;
g2(_, _) -> none.

g3(A, B) when A, B -> both;
g3(A, B) when A; B -> one;
g3(_, _) -> none.

g4(A, B) when A xor B -> differ;
g4(A, B) when (A =:= true) =:= (B =:= true), not (A =:= x) -> same;
g4(_, _) -> other.

%% Hides a value from the compiler.
id(X) -> X.
