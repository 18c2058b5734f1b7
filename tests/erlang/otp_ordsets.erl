%% ordsets: the operations.
-module(otp_ordsets).
-export([main/0]).

main() ->
    A = ordsets:from_list([3, 1, 2, 1, a, 1.0]), B = ordsets:from_list([2, a, 9]),
    {A, ordsets:union(A, B), ordsets:intersection(A, B), ordsets:subtract(A, B), ordsets:is_element(1, A),
     ordsets:is_subset([1, 2], A), ordsets:is_disjoint(A, [z]), ordsets:add_element(0, A),
     ordsets:add_element(2, A), ordsets:del_element(2, A), ordsets:filter(fun is_atom/1, A),
     ordsets:fold(fun(X, N) -> [X | N] end, [], A), ordsets:size(A), ordsets:union([A, B, [zz]]),
     ordsets:is_set([2, 1]), ordsets:to_list(A), ordsets:intersection([A, B])}.
