%% case_clause from deep within calls.
-module(uncaught_case_and_if).
-export([main/0]).

main() ->
    outer(3) + 1.

outer(0) -> case inner() of yes -> 1 end;
outer(N) -> 1 + outer(N - 1).

inner() -> no.
