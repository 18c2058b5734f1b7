%% Updates by syntax of a hashed map: one key, many keys, new and old, and errors.
-module(map_update_hashed_syntax).
-export([main/0]).

main() ->
    M = maps:from_list([{I, I} || I <- lists:seq(1, 40)]),
    N = M#{1 := x, 2 := y, 41 => z, {new} => w},
    {[maps:get(K, N) || K <- [1, 2, 3, 41, {new}]], map_size(N), e(fun() -> M#{1 := a, 99 := b} end),
     map_size(M#{1 => 1}), M#{5 := 5} =:= M, erlang:phash2(N)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.
