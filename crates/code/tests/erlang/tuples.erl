-module(tuples).
-export([swap/1, sum/1, area/1, update/1, tag/1]).

-record(point, {x = 0, y = 0, z = 0, name}).

swap({A, B}) -> {B, A}.

%% The helper is only called with tuples of three: its elements need no check.
sum({A, B, C}) -> add({C, B, A}).

add(Triple) -> element(1, Triple) + element(2, Triple) + element(3, Triple).

%% A record that a local function returns.
area(Side) ->
    #point{x = X, y = Y} = corner(Side),
    X * Y.

corner(Side) when Side > 0 -> #point{x = Side, y = Side};
corner(_) -> #point{}.

update(#point{} = Point) -> Point#point{x = 1, z = 3, name = a}.

tag({ok, _}) -> ok;
tag({error, _, _}) -> error;
tag(#point{}) -> point;
tag(Other) -> Other.
