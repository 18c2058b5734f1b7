-module(floats).
-export([mean/2, poly/1, round_trip/1, constant/0]).

mean(A, B) when is_float(A), is_float(B) -> (A + B) / 2.0.

poly(X) -> 3.0 * X * X - 2.0 * X + 1.0.

round_trip(X) -> trunc(float(X)) + ceil(X) + floor(X) + round(X).

constant() -> 3.14.
