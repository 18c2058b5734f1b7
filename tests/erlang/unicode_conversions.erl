%% characters_to_list and characters_to_binary between encodings.
-module(unicode_conversions).
-export([main/0, id/1]).

main() ->
    S = id(<<"aé€𝄞"/utf8>>),
    {unicode:characters_to_list(S), unicode:characters_to_list(S, latin1),
     unicode:characters_to_binary([$a, 233, 8364]), unicode:characters_to_binary("é", latin1, utf8),
     unicode:characters_to_binary(S, utf8, {utf16, big}),
     unicode:characters_to_binary(S, utf8, {utf16, little}), unicode:characters_to_binary(S, utf8, utf32),
     unicode:characters_to_list(<<"a€"/utf16>>, utf16),
     unicode:characters_to_list(<<"a€"/utf32>>, {utf32, big}),
     unicode:characters_to_binary([<<"a">>, [233, [<<"é"/utf8>>], 8364]]),
     unicode:characters_to_binary(<<233>>, latin1), unicode:characters_to_binary("abc", utf8, latin1),
     unicode:characters_to_list([]), unicode:characters_to_binary([])}.

%% Hides a value from the compiler.
id(X) -> X.
