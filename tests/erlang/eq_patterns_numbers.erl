%% A pattern 1 does not match 1.0, nor the other way round.
-module(eq_patterns_numbers).
-export([main/0, id/1]).

main() ->
    [{V, m(V), k(V)} || V <- [id(1), 1.0, 2, 2.0, 1 bsl 64, 18446744073709551616.0, 0, 0.0]].

m(1) -> integer_one;
m(1.0) -> float_one;
m(18446744073709551616) -> big;
m(18446744073709551616.0) -> float_big;
m(_) -> other.

k(X) -> case {X, X} of {2, 2} -> two; {2.0, 2.0} -> two_float; {Y, Y} -> {same, Y} end.

%% Hides a value from the compiler.
id(X) -> X.
