%% Two hundred literal keys in one function are all found.
-module(pat_large_clause_set).
-export([main/0, id/1]).

-define(C(N), f(N) -> {N, N * N}; f({N}) -> {tuple, N}).
-define(C4(N), ?C(N); ?C(N + 1); ?C(N + 2); ?C(N + 3)).
-define(C16(N), ?C4(N); ?C4(N + 4); ?C4(N + 8); ?C4(N + 12)).
-define(C64(N), ?C16(N); ?C16(N + 16); ?C16(N + 32); ?C16(N + 48)).

main() ->
    {lists:sum([element(2, f(id(I))) || I <- lists:seq(0, 127)]),
     [f(id(X)) || X <- [0, 63, 64, 127, 128, -1, {5}, {127}, {128}, 5.0]]}.

?C64(0); ?C64(64); f(_) -> none.

%% Hides a value from the compiler.
id(X) -> X.
