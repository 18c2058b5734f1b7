%% Guards compare integers with floats by exact value, not by rounding.
-module(float_guard_compare).
-export([main/0, id/1]).

main() ->
    Pairs = [{id(1), 1.0}, {9007199254740993, 9007199254740992.0}, {9007199254740992, 9007199254740992.0},
        {1 bsl 64, 18446744073709551616.0},
             {(1 bsl 64) + 1, 18446744073709551616.0}, {-1, -1.0}, {1 bsl 2000, 1.0e308},
              {-(1 bsl 2000), -1.0e308}, {0, -0.0}, {1, 1.0000000000000002}],
    [{A == B, A =:= B, A < B, A > B, A =< B, A >= B, A /= B, A =/= B, cmp(A, B)} || {A, B} <- Pairs].

cmp(A, B) when A < B -> less;
cmp(A, B) when A > B -> greater;
cmp(A, B) when A == B -> equal.

%% Hides a value from the compiler.
id(X) -> X.
