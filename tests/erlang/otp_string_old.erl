%% string: the old functions that are still in use.
-module(otp_string_old).
-export([main/0, id/1]).

main() ->
    {string:tokens("a,b;c", ",;"), string:str("hello", "l"), string:rstr("hello", "l"),
     string:chr("hello", $l), string:rchr("hello", $l), string:substr("hello", 2, 3),
     string:substr("hello", 4), string:sub_string("hello", 2, 4), string:strip("  a  "),
     string:strip("xxaxx", both, $x), string:left("ab", 4), string:right("ab", 4, $.), string:centre("ab", 6),
     string:join(["a", "b", "c"], ", "), string:to_upper("abC"), string:to_lower($A), string:words("a b c"),
     string:words("a,b", $,), string:sub_word("a b c", 2), string:span("aab", "a"), string:cspan("abc", "c"),
     string:copies("ab", 3), string:chars($x, 3), string:len("abc"),
     e(fun() -> string:substr("abc", id(9)) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
