%% An exception raised in the of part or in a handler is not caught by the same try, but after runs.
-module(exc_of_not_protected).
-export([main/0, id/1]).

main() ->
    [e(fun() -> try id(1) of 1 -> error(in_of) catch _:_ -> caught after put(a, ran) end end), erase(a),
     e(fun() -> try error(x) catch _:x -> error(in_handler) after put(b, ran) end end), erase(b),
     e(fun() -> try throw(x) catch _:x -> throw(again) after put(c, ran), error(in_after) end end), erase(c),
     e(fun() -> try id(ok) after error(in_after) end end),
     e(fun() -> try throw(lost) after throw(kept) end end)].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
