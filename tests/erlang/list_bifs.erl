%% hd, tl, length, ++, --, reverse, member and keyfind and their kin.
-module(list_bifs).
-export([main/0, id/1]).

main() ->
    L = id([1, 2, 3]),
    {hd(L), tl(L), length(L), L ++ [4], [] ++ L, L ++ id(x), [] ++ id(y), L -- [2], L -- [2, 2, 9],
     [1, 1, 2, 1] -- [1, id(1)], lists:reverse(L), lists:reverse(L, [a]), lists:reverse(L, a),
     lists:member(2, L), lists:member(2.0, L), lists:keyfind(2, 1, [{1, a}, {2, b}]),
     lists:keyfind(2.0, 1, [{1, a}, {2, b}]), lists:keymember(b, 2, [{1, a}, {2, b}]),
     lists:keysearch(a, 2, [{1, a}]), lists:keyfind(x, 3, [{1, 2}, x, {1, 2, x}])}.

%% Hides a value from the compiler.
id(X) -> X.
