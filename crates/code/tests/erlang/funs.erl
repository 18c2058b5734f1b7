-module(funs).
-export([adder/1, apply_twice/2, compose/2, external/0, dynamic/3, named/0]).

adder(N) -> fun(X) -> X + N end.

apply_twice(Fun, X) -> Fun(Fun(X)).

compose(F, G) when is_function(F, 1) -> fun(X) -> F(G(X)) end.

external() -> fun lists:map/2.

dynamic(Module, Function, Arg) -> Module:Function(Arg, Arg).

named() -> fun Loop(0) -> done; Loop(N) -> Loop(N - 1) end.
