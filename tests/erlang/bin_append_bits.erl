%% Appending bits one to seven at a time.
-module(bin_append_bits).
-export([main/0, id/1]).

main() ->
    [lists:foldl(fun(I, Acc) -> <<Acc/bits, I:S>> end, <<>>, lists:seq(1, 20)) || S <- [1, 3, 4, 5, 7, 9]]
     ++ [lists:foldl(fun(I, Acc) -> <<I:3, Acc/bits>> end, id(<<>>), lists:seq(1, 10))].

%% Hides a value from the compiler.
id(X) -> X.
