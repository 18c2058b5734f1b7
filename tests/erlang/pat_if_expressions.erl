%% if with guards that fail, several conditions and exported values.
-module(pat_if_expressions).
-export([main/0, id/1]).

main() ->
    [f(X) || X <- [id(0), 5, -5, a, 1.5, [], "abc"]].

f(X) ->
    if is_integer(X), X > 0 -> R = positive;
       is_integer(X), X < 0; X =:= a -> R = negative_or_a;
       hd(X) =:= $a -> R = starts_with_a;
       X == 0; X == [] -> R = nothing;
       true -> R = else
    end,
    {X, R}.

%% Hides a value from the compiler.
id(X) -> X.
