%% true and false are atoms; not, and, or, xor accept nothing else.
-module(atom_booleans).
-export([main/0, id/1]).

main() ->
    Bs = [id(true), false],
    {[{A and B, A or B, A xor B, not A} || A <- Bs, B <- Bs], is_atom(id(true)), is_boolean(id(true)),
     is_boolean(id(foo)),
     [e(fun() -> id(1) and true end), e(fun() -> id(true) or id(0) end), e(fun() -> id(true) xor id(a) end),
      e(fun() -> not id("x") end), e(fun() -> id(foo) and id(bar) end)],
     [e(fun() -> id(false) andalso id(x) end), e(fun() -> id(true) andalso id(x) end),
      e(fun() -> id(true) orelse id(x) end), e(fun() -> id(false) orelse id(x) end),
      e(fun() -> id(1) andalso true end), e(fun() -> id(1) orelse true end)]}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
