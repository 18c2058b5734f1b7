%% lists: with funs.
-module(otp_lists_higher).
-export([main/0]).

main() ->
    L = [3, 1, 2, 5, 4], Gt = fun(X) -> X > 2 end,
    {lists:all(Gt, L), lists:any(Gt, L), lists:dropwhile(Gt, L), lists:filter(Gt, L),
     lists:filtermap(fun(X) -> X > 2 andalso {true, X * X} end, L), lists:flatmap(fun(X) -> [X, X] end, L),
     lists:foldl(fun(X, A) -> A - X end, 0, L), lists:foldr(fun(X, A) -> [A, X] end, [], L),
     lists:foreach(Gt, L), lists:map(fun(X) -> -X end, L), lists:mapfoldl(fun(X, A) -> {X + A, X} end, 0, L),
     lists:partition(Gt, L), lists:search(Gt, L), lists:search(fun(_) -> false end, L),
     lists:sort(fun(A, B) -> A >= B end, L), lists:splitwith(Gt, L), lists:takewhile(Gt, L),
     lists:usort(fun(A, B) -> A rem 3 =< B rem 3 end, L), lists:zipwith(fun(A, B) -> {A, B} end, L, L),
     lists:merge(fun(A, B) -> A >= B end, [5, 3], [4, 2]), lists:umerge([[1, 3], [2, 3], [3, 4]]),
     lists:merge3([1, 4], [2, 5], [3, 6]), lists:umerge3([1], [1, 2], [2]), lists:merge([[1, 5], [2], [0, 9]])}.
