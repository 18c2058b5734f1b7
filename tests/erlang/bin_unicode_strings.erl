%% Text as UTF-8 counted in bytes and in characters.
-module(bin_unicode_strings).
-export([main/0, id/1]).

main() ->
    T = id(<<"Grüße, Ωmega €5 𝄞"/utf8>>),
    {byte_size(T), length(unicode:characters_to_list(T)), string:length(T), upper(T) =:= string:uppercase(T),
     binary:split(T, <<" ">>, [global]), [C || <<C/utf8>> <= T, C > 255]}.

upper(T) -> unicode:characters_to_binary(string:uppercase(unicode:characters_to_list(T))).

%% Hides a value from the compiler.
id(X) -> X.
