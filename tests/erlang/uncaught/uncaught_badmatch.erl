%% badmatch with a large value is cut.
-module(uncaught_badmatch).
-export([main/0]).

main() ->
    {ok, V} = lookup(lists:seq(1, 200)),
    V.

lookup(L) -> {error, {not_found, L}}.
