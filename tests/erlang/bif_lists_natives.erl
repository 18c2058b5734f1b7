%% The list functions that OTP writes in C: reverse/2, member, keyfind on long lists and at their ends.
-module(bif_lists_natives).
-export([main/0, id/1]).

main() ->
    L = lists:seq(1, 50000), K = [{I, a} || I <- L],
    {lists:member(50000, L), lists:member(0, L), hd(lists:reverse(L)), lists:keyfind(50000, 1, K),
     lists:keymember(b, 2, K), length(lists:reverse(L, L)), lists:sum(L -- [1, 2, 3]),
     erlang:phash2(lists:reverse(L)), L ++ [] =:= L, length(L ++ L),
     e(fun() -> lists:member(x, L ++ id(improper)) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
