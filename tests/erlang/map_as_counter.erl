%% Counting words with update_with.
-module(map_as_counter).
-export([main/0, id/1]).

main() ->
    Words = string:lexemes(id("the cat and the dog and the bird saw the cat"), " "),
    C = lists:foldl(fun(W, M) -> maps:update_with(W, fun(N) -> N + 1 end, 1, M) end, #{}, Words),
    {C, lists:sort(fun({_, A}, {_, B}) -> A > B end, maps:to_list(C))}.

%% Hides a value from the compiler.
id(X) -> X.
