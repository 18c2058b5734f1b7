%% A hashed map prints its pairs in the order of its keys.
-module(map_hashed_print).
-export([main/0]).

main() ->
    M = maps:from_list([{I, {I}} || I <- lists:seq(1, 40)]),
    io:format("~p~n~w~n", [M, M]),
    lists:flatten(io_lib:format("~0p", [M])).
