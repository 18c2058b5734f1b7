%% Bad text, bad encodings and too long atoms are badarg or system_limit.
-module(atom_text_errors).
-export([main/0, id/1]).

main() ->
    [e(fun() -> list_to_atom(id(a)) end), e(fun() -> list_to_atom(id([a])) end),
     e(fun() -> list_to_atom(id([1114112])) end), e(fun() -> list_to_atom(id([16#D800])) end),
     e(fun() -> list_to_atom(lists:duplicate(id(256), $a)) end),
     e(fun() -> length(atom_to_list(list_to_atom(lists:duplicate(id(255), $a)))) end),
     e(fun() -> length(atom_to_list(list_to_atom(lists:duplicate(id(255), 8364)))) end),
     e(fun() -> list_to_atom(lists:duplicate(id(256), 8364)) end),
     e(fun() -> binary_to_atom(id(<<255>>)) end), e(fun() -> binary_to_atom(id(<<1:3>>)) end),
     e(fun() -> binary_to_atom(binary:copy(<<"a">>, id(256))) end),
     e(fun() -> binary_to_atom(<<"a">>, id(utf9)) end), e(fun() -> atom_to_binary(id("a")) end),
     e(fun() -> atom_to_binary(id(list_to_atom([8364])), latin1) end), e(fun() -> atom_to_list(id(1)) end),
     e(fun() -> list_to_existing_atom(id("no_such_atom_" ++ "ever_made")) end),
     e(fun() -> binary_to_existing_atom(id(<<"no_such_atom_", "made_ever">>)) end)].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
