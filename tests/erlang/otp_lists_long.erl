%% lists on lists of thousands of elements.
-module(otp_lists_long).
-export([main/0]).

main() ->
    L = lists:seq(1, 3000),
    {length(lists:zip(L, L)), lists:sum(lists:zipwith(fun(A, B) -> A * B end, L, L)),
     element(1, lists:unzip(lists:zip(L, L))) =:= L, lists:nth(3000, L), lists:sublist(L, 2995, 10),
     lists:flatten(lists:duplicate(100, [1, [2]])) =:= lists:append(lists:duplicate(100, [1, 2])),
     lists:foldr(fun(X, A) -> X - A end, 0, L), lists:mapfoldr(fun(X, A) -> {A, X} end, 0, [1, 2, 3])}.
