%% re:run captures: indices, lists, binaries, names, none, first, all.
-module(re_run_basic).
-export([main/0, id/1]).

main() ->
    S = id("The year 2024 and the year 1999"),
    {re:run(S, "(\\d)(\\d+)"), re:run(S, "year (\\d+)", [{capture, all, list}]),
     re:run(S, "year (\\d+)", [{capture, all_but_first, binary}]),
     re:run(S, "year (\\d+)", [global, {capture, [1], list}]), re:run(S, "nope"),
     re:run(S, "year", [{capture, none}]), re:run(S, "(?<w>y\\w+) (?<n>\\d+)", [{capture, [n, w], list}]),
     re:run(S, "(?<w>y\\w+) (?<n>\\d+)", [{capture, all_names, binary}]),
     re:run(S, "(a)|(y)", [{capture, all, list}]), re:run(S, "(a)|(y)", [{capture, all, index}]),
     re:run(<<"abc">>, "", [global]), re:run("", "x*"),
     re:run("aXbXc", "X", [global, {capture, first, index}]),
     re:run(S, "THE", [caseless, {capture, first, list}]), re:run(S, "year", [{offset, 10}]),
     re:run(S, "^year", [{offset, 4}])}.

%% Hides a value from the compiler.
id(X) -> X.
