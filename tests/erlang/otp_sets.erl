%% sets in both versions: the operations, folds and comparisons.
-module(otp_sets).
-export([main/0]).

main() ->
    [begin A = sets:from_list([3, 1, 2, 1, a, "x", 1.0], [{version, V}]),
     B = sets:from_list([2, a, 9], [{version, V}]), S = fun(X) -> lists:sort(sets:to_list(X)) end,
     {V, S(A), sets:size(A), S(sets:union(A, B)), S(sets:intersection(A, B)), S(sets:subtract(A, B)),
      sets:is_element(1, A), sets:is_element(4, A), sets:is_subset(sets:from_list([1, 2], [{version, V}]), A),
      sets:is_disjoint(A, B), S(sets:add_element(7, A)), S(sets:del_element(a, A)),
      S(sets:filter(fun is_integer/1, A)), sets:fold(fun(_, N) -> N + 1 end, 0, A), sets:is_set(A),
      sets:is_empty(sets:new([{version, V}])), S(sets:union([A, B, A])), S(sets:intersection([A, B]))} end
      || V <- [1, 2]] ++ [lists:sort(sets:to_list(sets:from_list(lists:seq(1, 1000)))) =:= lists:seq(1, 1000),
      sets:is_set(foo)].
