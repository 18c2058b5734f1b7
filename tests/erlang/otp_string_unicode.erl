%% string on text beyond ASCII: case, graphemes, equality under normal forms.
-module(otp_string_unicode).
-export([main/0, id/1]).

main() ->
    S = id(<<"Ärger über Öl, ß, ﬁ, ΑΣ"/utf8>>),
    {string:uppercase(S), string:lowercase(S), string:casefold(S), string:titlecase(<<"ǆ"/utf8>>),
     string:length(S), string:equal([$e, 769], [233], false, nfc), string:equal([$e, 769], [233]),
     string:trim([8195, $a, 160]), string:split(S, <<","/utf8>>, all), string:lexemes(S, [$\s, $,]),
     string:find(S, <<"ß"/utf8>>), string:slice(S, 6, 4), e(fun() -> string:length(<<255>>) end),
     string:uppercase("ﬀ"), string:pad([$e, 769], 3), string:reverse(S)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
