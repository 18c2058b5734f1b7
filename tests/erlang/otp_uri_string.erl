%% uri_string: parse, recompose, resolve, normalize, quote, queries.
-module(otp_uri_string).
-export([main/0, id/1]).

main() ->
    U = id("http://user@example.com:8080/a/b%20c/../d?x=1&y=%C3%A9#frag"),
    {uri_string:parse(U), uri_string:parse(<<"urn:a:b">>), uri_string:parse("//[::1]/p"),
     uri_string:parse("http://a b"), uri_string:recompose(#{scheme => "https", host => "h", path => "/p",
     query => "q"}), uri_string:normalize(U), uri_string:normalize("HTTP://EXAMPLE.com:80/%7ea/./b/../c"),
     uri_string:resolve("../x?y", "http://h/a/b/c"),
     uri_string:compose_query([{"a", "1 2"}, {"b&", "ü"}, {"c", true}]),
     uri_string:dissect_query("a=1+2&b%26=%C3%BC&c"), uri_string:quote("a b/ü"), uri_string:unquote("a%20b"),
     uri_string:percent_decode(<<"%41%7a">>), e(fun() -> uri_string:percent_decode(<<"%zz">>) end),
     uri_string:transcode(<<"foo%20bar">>, [{in_encoding, utf8}, {out_encoding, utf8}]),
     uri_string:is_host("example.com")}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
