%% Sorting ten thousand elements: random, ordered, reversed, equal, by key, by fun, unique.
-module(otp_lists_sort_large).
-export([main/0]).

main() ->
    R = rnd(10000, 17, []), S = lists:sort(R),
    {hd(S), lists:last(S), is_sorted(S), lists:sort(S) =:= S, lists:sort(lists:reverse(S)) =:= S,
     length(lists:usort(R)), lists:sort(fun(A, B) -> A >= B end, R) =:= lists:reverse(S),
     [K || {K, _} <- lists:keysort(1, [{X, a} || X <- R])] =:= S,
      lists:merge(lists:sort(lists:sublist(R, 5000)), lists:sort(lists:nthtail(5000, R))) =:= S,
      erlang:phash2(S), lists:sort(lists:duplicate(1000, x)) =:= lists:duplicate(1000, x),
      length(lists:ukeysort(1, [{X rem 100, X} || X <- R]))}.

rnd(0, _, Acc) -> Acc;
rnd(N, X, Acc) -> Y = (X * 1103515245 + 12345) band 16#7FFFFFFF, rnd(N - 1, Y, [Y | Acc]).

is_sorted([A, B | T]) -> A =< B andalso is_sorted([B | T]);
is_sorted(_) -> true.
