%% Matrices of integers, floats and rationals: products, powers, determinants.
-module(lang_matrix).
-export([main/0]).

main() ->
    M = [[2, 1], [1, 1]], F = [[0.5, 1.5], [2.0, -1.0]],
        {mul(M, M), pow(M, 60), mul(F, F), det([[2, 0, 1], [1, 3, 2], [1, 1, 4]]),
         trans([[1, 2, 3], [4, 5, 6]]), det([[X * Y + (X - Y) * (X - Y) || X <- lists:seq(1, 6)]
         || Y <- lists:seq(1, 6)])}.

mul(A, B) -> T = trans(B), [[dot(R, C) || C <- T] || R <- A].
dot(A, B) -> lists:sum(lists:zipwith(fun(X, Y) -> X * Y end, A, B)).
trans([[] | _]) -> [];
trans(M) -> [[hd(R) || R <- M] | trans([tl(R) || R <- M])].
pow(M, 1) -> M;
pow(M, N) when N rem 2 =:= 0 -> pow(mul(M, M), N div 2);
pow(M, N) -> mul(M, pow(M, N - 1)).
det([[X]]) -> X;
det([R | Rs]) -> lists:sum([sign(I) * X * det([drop(I, Q) || Q <- Rs])
    || {I, X} <- lists:zip(lists:seq(0, length(R) - 1), R)]).
sign(I) when I rem 2 =:= 0 -> 1;
sign(_) -> -1.
drop(0, [_ | T]) -> T;
drop(I, [H | T]) -> [H | drop(I - 1, T)].
