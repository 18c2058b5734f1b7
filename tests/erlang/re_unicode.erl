%% Regular expressions on Unicode text: characters, properties, indices in bytes.
-module(re_unicode).
-export([main/0, id/1]).

main() ->
    S = id(<<"Grüße, Ωmega 10€"/utf8>>), L = unicode:characters_to_list(S),
    {re:run(S, "\\w+", [unicode, ucp, global, {capture, first, binary}]),
     re:run(L, <<"ü."/utf8>>, [unicode, {capture, first, list}]),
     re:run(S, "\\p{Lu}", [unicode, global, {capture, first, index}]),
     re:run(S, <<"GRÜSSE|ωMEGA"/utf8>>, [unicode, caseless, ucp, {capture, first, list}]),
     re:replace(L, [8364], "EUR", [unicode, {return, list}]), re:split(L, [$,], [unicode, {return, list}]),
     re:run(S, ".", [{capture, first, binary}]), e(fun() -> re:run(<<255>>, "a", [unicode]) end),
     re:run(S, "[[:^ascii:]]", [unicode, {capture, first, list}]),
     re:run(<<"é">>, "\\x{e9}", [{capture, first, index}])}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
