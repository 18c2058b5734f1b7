%% match_limit stops an expression that would run for ever, and says so on demand.
-module(re_limits).
-export([main/0, id/1]).

main() ->
    S = lists:duplicate(28, $a) ++ "b",
    [re:run(id(S), "^(a+)+$", [{match_limit, 5000}]),
     re:run(S, "^(a+)+$", [{match_limit, 5000}, report_errors]),
     re:run(S, "(a+)b", [{match_limit, 100000}, {capture, first, index}])].

%% Hides a value from the compiler.
id(X) -> X.
