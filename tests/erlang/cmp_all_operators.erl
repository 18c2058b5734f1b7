%% Every comparison operator, as an expression and in a guard, over pairs of every kind.
-module(cmp_all_operators).
-export([main/0, id/1]).

main() ->
    Ts = [id(1), 1.0, a, b, {a}, "a", <<"a">>, #{a => 1}, 1 bsl 64],
    [{A < B, A =< B, A > B, A >= B, A == B, A /= B, A =:= B, A =/= B, guard(A, B)} || A <- Ts, B <- Ts].

guard(A, B) when A < B, A =< B, A /= B, A =/= B -> less;
guard(A, B) when A =:= B -> exact;
guard(A, B) when A == B -> equal;
guard(A, B) when A > B, A >= B -> greater.

%% Hides a value from the compiler.
id(X) -> X.
