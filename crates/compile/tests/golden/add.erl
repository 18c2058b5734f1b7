%% Arithmetic: a fast path on small integers, the runtime's BIF behind it.
-module(add).
-export([add/2]).
add(A, B) -> A + B.
