%% foldl, foldr, tab2list and slot of small tables, and folds that throw.
-module(ets_foldl_tab2list).
-export([main/0, id/1]).

main() ->
    T = ets:new(t, [ordered_set]), ets:insert(T, [{I, I} || I <- lists:seq(1, 5)]), U = ets:new(u, [bag]),
        ets:insert(U, [{a, I} || I <- [3, 1, 2]]),
    {ets:foldl(fun({K, V}, A) -> A * 10 + K + V - K end, 0, T),
     ets:foldr(fun({K, _}, A) -> A * 10 + K end, 0, T), ets:foldl(fun(O, A) -> [O | A] end, [], U),
     ets:tab2list(U), ets:slot(T, 0), ets:slot(T, 4), ets:slot(T, 5),
     e(fun() -> ets:foldl(fun(_, _) -> throw(out) end, 0, T) end), e(fun() -> ets:foldl(id(f), 0, T) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
