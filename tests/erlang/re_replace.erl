%% re:replace: back references, &, global, return types.
-module(re_replace).
-export([main/0, id/1]).

main() ->
    S = id("hello world"),
    {re:replace(S, "o", "0"), re:replace(S, "o", "0", [global, {return, binary}]),
     re:replace(S, "(\\w+) (\\w+)", "\\2 \\1", [{return, list}]), re:replace(S, "l+", "<&>", [{return, list}]),
     re:replace(S, "l", "\\\\&", [{return, list}]), re:replace(S, "z", "y", [{return, list}]),
     re:replace(S, "", "-", [global, {return, list}]), re:replace(S, "(x)?h", "[\\1]", [{return, list}]),
     re:replace("abcd", "(.)(.)", "\\g{2}\\g1", [global, {return, list}]),
     re:replace("aaa", "a", "b", [{offset, 1}, {return, list}]),
     re:replace([<<"io">>, "list"], "o", "0", [{return, iodata}]),
     re:replace("", "^", "x", [{return, binary}])}.

%% Hides a value from the compiler.
id(X) -> X.
