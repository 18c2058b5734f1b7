%% A function of many clauses on strings, with guards between.
-module(lang_many_clauses).
-export([main/0, id/1]).

main() ->
    [f(S) || S <- ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "sat",
     "sun", "", "january", id("x"), 7, 13]].

f("jan") -> 1; f("feb") -> 2; f("mar") -> 3; f("apr") -> 4; f("may") -> 5; f("jun") -> 6;
f(N) when is_integer(N), N < 10 -> {small, N}; f("jul") -> 7; f("aug") -> 8; f("sep") -> 9; f("oct") -> 10;
f("nov") -> 11; f("dec") -> 12; f([$s, A, B]) -> {day, A, B}; f([]) -> nil; f([_]) -> one;
f(L) when is_list(L), length(L) > 5 -> long; f(X) -> {other, X}.

%% Hides a value from the compiler.
id(X) -> X.
