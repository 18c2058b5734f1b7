%% string:length and to_graphemes count what a reader sees.
-module(unicode_grapheme_clusters).
-export([main/0, id/1]).

main() ->
    S = id([$a, $e, 769, 128104, 8205, 128105, 8205, 128103, 127465, 127466, $\r, $\n, 3585, 3633]),
    {string:length(S), string:to_graphemes(S), string:next_grapheme([$e, 769, $x]), string:slice(S, 1, 2),
     string:reverse([$a, $e, 769]), string:next_codepoint(<<"é"/utf8>>), string:next_codepoint([]),
     string:next_grapheme(<<>>), string:to_graphemes(<<"e", 204, 129, "f">>)}.

%% Hides a value from the compiler.
id(X) -> X.
