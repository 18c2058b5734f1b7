%% bnot of N is -N - 1, of any size.
-module(int_bnot).
-export([main/0, id/1]).

main() ->
    Ns = [id(0), 1, -1, 255, -256, (1 bsl 59) - 1, -(1 bsl 59), 1 bsl 59, 1 bsl 63, 1 bsl 64, -(1 bsl 64),
        (1 bsl 128) - 1],
    [{bnot N, bnot (bnot N) =:= N, bnot N =:= -N - 1} || N <- Ns].

%% Hides a value from the compiler.
id(X) -> X.
