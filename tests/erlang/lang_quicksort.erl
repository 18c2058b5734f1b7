%% The quicksort by comprehensions.
-module(lang_quicksort).
-export([main/0]).

main() ->
    {qs([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5]), qs([]), qs([b, a, 1, "x", {t}]),
     qs(lists:reverse(lists:seq(1, 200))) =:= lists:seq(1, 200)}.

qs([]) -> [];
qs([P | T]) -> qs([X || X <- T, X < P]) ++ [P] ++ qs([X || X <- T, X >= P]).
