%% gb_sets: the operations, iteration, smallest and largest.
-module(otp_gb_sets).
-export([main/0, id/1]).

main() ->
    A = gb_sets:from_list([5, 3, 8, 1, 3]), B = gb_sets:from_list([3, 9, 1]),
    {gb_sets:to_list(A), gb_sets:to_list(gb_sets:union(A, B)), gb_sets:to_list(gb_sets:intersection(A, B)),
     gb_sets:to_list(gb_sets:subtract(A, B)), gb_sets:is_member(8, A), gb_sets:size(A), gb_sets:smallest(A),
     gb_sets:largest(A), element(1, gb_sets:take_smallest(A)), gb_sets:to_list(gb_sets:add(4, A)),
     gb_sets:to_list(gb_sets:delete_any(77, A)), gb_sets:is_subset(gb_sets:from_list([3]), A),
     gb_sets:is_disjoint(A, B), gb_sets:fold(fun(X, S) -> X + S end, 0, A),
     gb_sets:to_list(gb_sets:filter(fun(X) -> X > 3 end, A)), gb_sets:to_list(gb_sets:union([A, B])),
     gb_sets:is_set(A), gb_sets:singleton(x), element(1, gb_sets:next(gb_sets:iterator_from(4, A))),
     gb_sets:to_list(gb_sets:balance(A)), e(fun() -> gb_sets:insert(5, A) end),
     e(fun() -> gb_sets:delete(id(6), A) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
