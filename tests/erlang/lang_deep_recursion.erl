%% A million frames that are no tail calls.
-module(lang_deep_recursion).
-export([main/0]).

main() ->
    {count(1000000), length(copy(lists:seq(1, 300000))), sum(lists:seq(1, 300000))}.

count(0) -> 0;
count(N) -> 1 + count(N - 1).

copy([]) -> [];
copy([H | T]) -> [H | copy(T)].

sum([]) -> 0;
sum([H | T]) -> H + sum(T).
