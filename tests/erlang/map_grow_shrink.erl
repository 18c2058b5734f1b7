%% A map grows from small to hashed and back, key by key, and stays equal to itself.
-module(map_grow_shrink).
-export([main/0]).

main() ->
    Ms = lists:foldl(fun(I, [M | _] = Acc) -> [M#{I => -I} | Acc] end, [#{}], lists:seq(1, 40)),
    Down = lists:foldl(fun(I, [M | _] = Acc) -> [maps:remove(I, M) | Acc] end, [hd(Ms)], lists:seq(40, 1, -1)),
    {[map_size(M) || M <- Ms], lists:all(fun({A, B}) -> A =:= B end, lists:zip(lists:reverse(Ms), Down)),
     [erlang:phash2(M) || M <- [lists:nth(41 - N, Ms) || N <- [31, 32, 33]]], lists:nth(9, Ms)}.
