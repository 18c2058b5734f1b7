%% string: the functions on characters, lists and binaries.
-module(otp_string_basic).
-export([main/0]).

main() ->
    {string:uppercase("abcé"), string:lowercase(<<"ABC">>), string:titlecase("hello world"),
     string:casefold("ß"), string:trim("  x y "), string:trim("xxaxx", leading, "x"),
     string:trim(<<"a\n">>, trailing), string:pad("ab", 5), string:pad("ab", 6, both, $*),
     string:pad(<<"ab">>, 4, leading), string:slice("hello", 1, 3), string:slice(<<"hello">>, 2),
     string:split("a,b,c", ","), string:split("a,b,c", ",", all), string:split("a,b,c", ",", trailing),
     string:lexemes("a b,,c", ", "), string:nth_lexeme("a b c", 2, " "), string:replace("aXbX", "X", "-"),
     string:replace("aXbX", "X", "-", all), string:find("hello", "l"), string:find("hello", "l", trailing),
     string:find("hello", "z"), string:prefix("hello", "he"), string:prefix("hello", "x"),
     string:equal("abc", <<"abc">>), string:equal("ABC", "abc", true), string:is_empty(""),
     string:length("abc"), string:reverse("abc"), string:chomp("line\r\n"),
     string:take("abc123", lists:seq($a, $z)), string:take("abc123", "3", true, trailing),
     string:concat("a", "b"), string:to_float("1.5x"), string:to_integer("7up")}.
