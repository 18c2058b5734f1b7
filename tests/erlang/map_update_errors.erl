%% := of an absent key is badkey, any update of another type is badmap.
-module(map_update_errors).
-export([main/0, id/1]).

main() ->
    M = id(#{a => 1}),
    [e(fun() -> M#{b := 1} end), e(fun() -> M#{a := 2, c := 3} end), e(fun() -> (id([]))#{a => 1} end),
     e(fun() -> (id({}))#{a := 1} end), e(fun() -> M#{1.0 := x} end),
     e(fun() -> (id(#{1 => a}))#{1.0 := x} end)].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
