%% maps:iterator and next, over small and hashed maps, as lists and in for loops.
-module(map_iterators).
-export([main/0, id/1]).

main() ->
    S = maps:iterator(id(#{a => 1, b => 2})), {a, 1, S2} = maps:next(S),
        L = maps:from_list([{I, I} || I <- lists:seq(1, 50)]),
    {maps:next(S2), maps:next(element(3, maps:next(S2))), maps:next(maps:iterator(#{})),
     walk(maps:iterator(L), []) =:= lists:reverse(maps:to_list(L)), maps:map(fun(_, V) -> V + 1 end, S),
     maps:filter(fun(_, V) -> V > 48 end, maps:iterator(L)),
     maps:fold(fun(_, V, A) -> A + V end, 0, maps:iterator(L)), e(fun() -> maps:next(id(a)) end),
     e(fun() -> maps:iterator(id([])) end)}.

walk(I, Acc) ->
    case maps:next(I) of none -> Acc; {K, V, N} -> walk(N, [{K, V} | Acc]) end.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
