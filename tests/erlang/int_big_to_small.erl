%% A big result that fits a small integer is one: it matches, hashes and compares as such.
-module(int_big_to_small).
-export([main/0, id/1]).

main() ->
    B = id(1 bsl 70),
    R = [B - B, B - B + 5, B bsr 68, B div (1 bsl 69), B rem 3, (B + 7) band 15, B bxor B, -B + B - 1],
    {R, [X =:= Y || {X, Y} <- lists:zip(R, [0, 5, 4, 2, 1, 7, 0, -1])], [is_small(X) || X <- R]}.

is_small(0) -> zero;
is_small(5) -> five;
is_small(4) -> four;
is_small(-1) -> minus_one;
is_small(N) when is_integer(N) -> {other, N}.

%% Hides a value from the compiler.
id(X) -> X.
