%% Folds, maps, zips and sorts by funs of every kind.
-module(fun_higher_order_lists).
-export([main/0]).

main() ->
    L = lists:seq(1, 10),
    {lists:foldr(fun(X, A) -> [X | A] end, [], L), lists:foldl(fun(X, A) -> X - A end, 0, L),
     lists:mapfoldl(fun(X, S) -> {X * S, S + X} end, 1, L),
     lists:mapfoldr(fun(X, S) -> {X * S, S + X} end, 1, L),
     lists:zipwith(fun(A, B) -> A * B end, L, lists:reverse(L)),
     lists:zipwith3(fun(A, B, C) -> A + B + C end, [1, 2], [3, 4], [5, 6]),
     lists:sort(fun(A, B) -> {A rem 3, A} =< {B rem 3, B} end, L),
     lists:partition(fun(X) -> X rem 2 =:= 0 end, L), lists:splitwith(fun(X) -> X < 4 end, L),
     lists:dropwhile(fun(X) -> X < 8 end, L), lists:takewhile(fun(X) -> X < 3 end, L)}.
