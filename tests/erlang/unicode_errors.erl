%% Broken and incomplete text is told with what was good and what is left.
-module(unicode_errors).
-export([main/0, id/1]).

main() ->
    [unicode:characters_to_list(id(<<"ab", 255, "c">>)), unicode:characters_to_binary(id(<<"ab", 255, "c">>)),
     unicode:characters_to_list(<<"ab", 226, 130>>), unicode:characters_to_binary(<<"ab", 226, 130>>),
     unicode:characters_to_binary(["a", <<226>>, "b"]), unicode:characters_to_list([$a, 16#D800]),
     unicode:characters_to_binary([$a, 1114112]), unicode:characters_to_binary([8364], utf8, latin1),
     unicode:characters_to_list(<<0>>, utf16), unicode:characters_to_binary(<<16#D800:16>>, utf16),
     unicode:characters_to_list(["x", [<<195>>]]), e(fun() -> unicode:characters_to_list(id(a)) end),
     e(fun() -> unicode:characters_to_binary([id(a)]) end),
     e(fun() -> unicode:characters_to_list(<<"a">>, id(utf7)) end),
     e(fun() -> unicode:characters_to_list([-1]) end),
     e(fun() -> unicode:characters_to_binary(id(<<1:3>>)) end)].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
