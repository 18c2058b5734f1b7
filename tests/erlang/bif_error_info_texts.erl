%% What erl_error says of a failing BIF: the error info of OTP, in words.
-module(bif_error_info_texts).
-export([main/0, id/1]).

main() ->
    [text(fun() -> element(id(5), {a}) end), text(fun() -> atom_to_list(id(1)) end),
     text(fun() -> list_to_integer(id("x")) end), text(fun() -> binary_part(id(<<"abc">>), 2, 5) end),
     text(fun() -> maps:get(id(k), #{}) end), text(fun() -> ets:lookup(id(no_table), 1) end),
     text(fun() -> length(id([a | b])) end), text(fun() -> id(1) + id(a) end),
     text(fun() -> list_to_atom(lists:duplicate(id(300), $a)) end), text(fun() -> spawn(id(1)) end),
     text(fun() -> whereis(id("x")) end), text(fun() -> id(no_name) ! hello end)].

text(F) ->
    try F() of V -> V catch C:R:S -> unicode:characters_to_list(erl_error:format_exception(C, R,
        lists:sublist(S, 1))) end.

%% Hides a value from the compiler.
id(X) -> X.
