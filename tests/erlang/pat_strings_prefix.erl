%% String prefixes and literals in patterns.
-module(pat_strings_prefix).
-export([main/0, id/1]).

main() ->
    [f(S) || S <- [id("hello world"), "hello", "help", "", "h", [$h | x], "Hello", <<"hello">>]].

f("hello " ++ Rest) -> {greeting, Rest};
f("hel" ++ [C | _]) -> {hel, C};
f([$h]) -> h;
f("") -> empty;
f([$h | X]) when is_atom(X) -> {improper, X};
f(L) when is_list(L) -> list;
f(_) -> other.

%% Hides a value from the compiler.
id(X) -> X.
