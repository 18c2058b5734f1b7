%% error/1 with a term of one's own.
-module(uncaught_error_term).
-export([main/0]).

main() ->
    [helper({own, "reason", [1, 2]})].

helper(R) -> error(R).
