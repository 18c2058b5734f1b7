%% float/1 of an integer rounds to the nearest float, ties to even.
-module(float_of_integer).
-export([main/0, id/1]).

main() ->
    [float(N) || N <- [id(0), 1, -1, 9007199254740992, 9007199254740993, 9007199254740994, 9007199254740995,
     1 bsl 59, (1 bsl 63) - 1, (1 bsl 64) + 2049, -(1 bsl 100) - 1, 1 bsl 1023, 3.5]].

%% Hides a value from the compiler.
id(X) -> X.
