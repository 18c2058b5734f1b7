%% Operators called as functions of the module erlang.
-module(bif_operators_as_funs).
-export([main/0, id/1]).

main() ->
    [{Op, e(fun() -> erlang:Op(id(7), id(2)) end), e(fun() -> erlang:Op(id(true), id(false)) end),
     e(fun() -> erlang:Op([1, 2], [2]) end)} || Op <- ['+', '-', '*', '/', 'div', 'rem', 'band', 'bor', 'bxor',
     'bsl', 'bsr', '<', '>', '=<', '>=', '==', '/=', '=:=', '=/=', 'and', 'or', 'xor', '++', '--', '!', foo]].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
