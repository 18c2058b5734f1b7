%% An exception within a fun within lists:map.
-module(uncaught_in_fun).
-export([main/0]).

main() ->
    L = lists:map(fun(X) -> 10 / X end, [1, 2, 0]),
    lists:sum(L).
