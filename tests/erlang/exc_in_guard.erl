%% An error within a guard makes the guard fail, and raises nothing.
-module(exc_in_guard).
-export([main/0, id/1]).

main() ->
    [{V, g(V)} || V <- [id(a), [1, 2], {1}, 0, 5, #{k => 1}, <<1, 2, 3>>, 1.5, "abc"]].

g(X) when hd(X) =:= 1 -> head_one;
g(X) when element(1, X) =:= 1 -> element_one;
g(X) when 10 div X =:= 2 -> divides;
g(X) when map_get(k, X) =:= 1 -> key;
g(X) when byte_size(X) > 2 -> bytes;
g(X) when length(X) =:= 3; X =:= 1.5 -> three_or_float;
g(_) -> none.

%% Hides a value from the compiler.
id(X) -> X.
