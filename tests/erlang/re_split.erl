%% re:split: parts, groups, trim, limits.
-module(re_split).
-export([main/0, id/1]).

main() ->
    {re:split(id("a,b,,c"), ","), re:split("a,b,,c,,", ",", [{return, list}]),
     re:split("a,b,,c,,", ",", [trim, {return, list}]), re:split("a1b2c", "(\\d)", [{return, list}]),
     re:split("a1b2c", "(\\d)", [group, {return, list}]),
     re:split("a,b,c,d", ",", [{parts, 2}, {return, list}]), re:split("abc", "", [{return, list}]),
     re:split("", ",", [{return, list}]), re:split("abc", "x", [{return, binary}]),
     re:split("aXbxc", "x", [caseless, {return, list}]), re:split(" a  b ", "\\s+", [{return, list}])}.

%% Hides a value from the compiler.
id(X) -> X.
