%% Counting bits with band and bsr, of positive integers of any size.
-module(int_popcount).
-export([main/0, id/1]).

main() ->
    [pop(N, 0) || N <- [id(0), 1, 255, (1 bsl 59) - 1, (1 bsl 64) - 1, (1 bsl 200) - 1,
     16#AAAAAAAAAAAAAAAAAAAAAAAA]].

pop(0, C) -> C;
pop(N, C) -> pop(N band (N - 1), C + 1).

%% Hides a value from the compiler.
id(X) -> X.
