%% Maps are equal and hash alike however they were made.
-module(map_equality_construction_order).
-export([main/0]).

main() ->
    A = maps:from_list([{I, a} || I <- lists:seq(1, 60)]),
        B = lists:foldl(fun(I, M) -> M#{I => a} end, #{}, lists:seq(60, 1, -1)),
        C = maps:without(lists:seq(61, 200), maps:from_list([{I, a} || I <- lists:seq(1, 200)])),
        D = maps:merge(maps:from_list([{I, a} || I <- lists:seq(1, 30)]),
        maps:from_list([{I, a} || I <- lists:seq(31, 60)])),
    {A =:= B, B =:= C, C =:= D, maps:keys(A) =:= maps:keys(C), term_to_binary(A) =:= term_to_binary(D),
     [erlang:phash2(X) || X <- [A, B, C, D]], #{A => 1} =:= #{D => 1}}.
