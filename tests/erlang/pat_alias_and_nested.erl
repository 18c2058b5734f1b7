%% Aliases (=) in patterns at every depth, and patterns on both sides.
-module(pat_alias_and_nested).
-export([main/0, id/1]).

main() ->
    {f(id({[1, 2 | [3]], #{a => {b, <<1, 2, 3>>}}})), g(id({p, {q, r}})), begin {A, B} = C = id({1, 2}),
     {A, B, C} end, h([id(1), 2])}.

f({[H | T] = L, #{a := {b, <<X, R/binary>> = Bin} = Tup} = M}) -> {H, T, L, X, R, Bin, Tup, M}.

g({_, {_, _} = In} = Out) -> {In, Out}.

h([_, _] = [X | Y]) -> {X, Y}.

%% Hides a value from the compiler.
id(X) -> X.
