%% A missing key.
-module(uncaught_badkey).
-export([main/0]).

main() ->
    M = #{a => 1},
    {maps:get(b, M), done}.
