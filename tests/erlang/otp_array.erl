%% array: sparse and dense, fixed and growing, folds and conversions.
-module(otp_array).
-export([main/0, id/1]).

main() ->
    A = array:set(20, x, array:from_list([a, b, c])), F = array:new(5, {default, 0}),
    {array:size(A), array:get(1, A), array:get(10, A), array:get(99, A), array:to_list(array:resize(4, A)),
     array:sparse_to_list(A), array:to_orddict(array:from_list([p, q])), array:sparse_to_orddict(A),
     array:foldl(fun(I, V, S) -> S + I * V end, 0, array:from_list([1, 2, 3])),
     array:foldr(fun(_, V, L) -> [V | L] end, [], array:from_list([1, 2, 3])),
     array:map(fun(I, _) -> I end, array:from_list([z, z])) =:= array:from_list([0, 1]),
     array:sparse_foldl(fun(I, V, L) -> [{I, V} | L] end, [], A), array:is_fix(F),
     array:to_list(array:set(2, 7, F)), array:default(F), array:sparse_size(A), array:size(array:relax(F)),
     array:to_list(array:reset(0, array:from_list([a, b]))), array:is_array(A),
     array:from_orddict([{1, b}, {3, d}]) =:= array:set(3, d, array:set(1, b, array:new())),
     lists:sum(array:to_list(lists:foldl(fun(I, X) -> array:set(I, I, X) end, array:new(),
     lists:seq(0, 1000)))), e(fun() -> array:get(id(9), F) end), e(fun() -> array:set(id(-1), x, A) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
