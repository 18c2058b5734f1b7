%% gb_trees: build, look up, update, delete, iterate, smallest and largest, balance.
-module(otp_gb_trees).
-export([main/0, id/1]).

main() ->
    T = lists:foldl(fun(I, A) -> gb_trees:insert(I * 7 rem 101, I, A) end, gb_trees:empty(), lists:seq(1, 100)),
    {gb_trees:size(T), gb_trees:lookup(14, T), gb_trees:lookup(0, T), gb_trees:get(7, T), gb_trees:smallest(T),
     gb_trees:largest(T), gb_trees:keys(T) =:= lists:seq(1, 100), lists:sum(gb_trees:values(T)),
     gb_trees:is_defined(5, T), gb_trees:get(3, gb_trees:update(3, new, T)),
     gb_trees:size(gb_trees:delete(3, T)), element(1, gb_trees:take(4, T)),
     gb_trees:size(gb_trees:delete_any(999, T)), element(1, gb_trees:take_smallest(T)),
     gb_trees:to_list(gb_trees:enter(b, 2, gb_trees:from_orddict([{a, 1}, {c, 3}]))),
     walk(gb_trees:iterator_from(97, T)), gb_trees:balance(gb_trees:from_orddict([{1, a}, {2, b}, {3, c}])),
     gb_trees:map(fun(K, V) -> {K, V} end, gb_trees:from_orddict([{1, a}])),
     gb_trees:is_empty(gb_trees:empty()), e(fun() -> gb_trees:get(id(nokey), T) end),
     e(fun() -> gb_trees:insert(7, x, T) end)}.

walk(I) -> case gb_trees:next(I) of none -> []; {K, V, N} -> [{K, V} | walk(N)] end.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
