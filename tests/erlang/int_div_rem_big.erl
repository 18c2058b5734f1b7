%% div and rem of integers of one to many words.
-module(int_div_rem_big).
-export([main/0, id/1]).

main() ->
    A = id(123456789012345678901234567890123456789012345678901234567890),
    Ds = [1, -1, 7, 1 bsl 32, (1 bsl 32) + 1, 1 bsl 59, 1 bsl 60, 1 bsl 64, (1 bsl 64) - 1,
        98765432109876543210,
          -98765432109876543210, A, A + 1, A - 1, -A, A div 3],
    [{N div D, N rem D, (N div D) * D + N rem D =:= N} || N <- [A, -A], D <- Ds].

%% Hides a value from the compiler.
id(X) -> X.
