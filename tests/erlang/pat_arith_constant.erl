%% Constant expressions and character literals in patterns.
-module(pat_arith_constant).
-export([main/0, id/1]).

-define(K, 10).

main() ->
    [f(X) || X <- [id(3), 30, -1, $a, 1024, 11, 16#FF, $\n, 2#101]].

f(1 + 2) -> three; f(3 * ?K) -> thirty; f(-1) -> minus; f($a) -> letter; f(1 bsl 10) -> kilo;
f(?K + 1) -> eleven; f(16#FF) -> byte; f($\n) -> newline; f(_) -> other.

%% Hides a value from the compiler.
id(X) -> X.
