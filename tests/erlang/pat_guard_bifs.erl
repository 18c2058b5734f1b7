%% Every BIF that a guard may call, true for what it fits.
-module(pat_guard_bifs).
-export([main/0, id/1]).

main() ->
    [g(T) || T <- [id(-5), 7.5, abc, {t, 2}, [h | t], [1, 2], <<1, 2>>, <<3:5>>, #{a => 1}, fun() -> ok end,
     self(), make_ref(), []]].

g(X) when is_integer(X), abs(X) =:= 5, float(X) =:= -5.0 -> integer;
g(X) when is_float(X), round(X) =:= 8, trunc(X) =:= 7, ceil(X) =:= 8, floor(X) =:= 7 -> float;
g(X) when is_boolean(X) -> boolean;
g(X) when is_atom(X), node() =:= nonode@nohost -> atom;
g(X) when is_tuple(X), tuple_size(X) =:= 2, size(X) =:= 2, element(2, X) =:= 2 -> tuple;
g(X) when is_map(X), map_size(X) =:= 1, is_map_key(a, X), map_get(a, X) =:= 1 -> map;
g(X) when is_binary(X), byte_size(X) =:= 2, size(X) =:= 2, binary_part(X, 0, 1) =:= <<1>> -> binary;
g(X) when is_bitstring(X), bit_size(X) =:= 5 -> bits;
g(X) when is_pid(X), X =:= self(), node(X) =:= node() -> pid;
g(X) when is_function(X, 0), is_function(X) -> function;
g(X) when is_reference(X) -> reference;
g(X) when is_list(X), length(X) =:= 2, hd(X) =:= 1, tl(X) =:= [2] -> list;
g([]) -> nil;
g(X) when is_list(X), hd(X) =:= h -> improper.

%% Hides a value from the compiler.
id(X) -> X.
