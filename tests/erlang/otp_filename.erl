%% filename: the text functions.
-module(otp_filename).
-export([main/0, id/1]).

main() ->
    {filename:join(["a", "b", "c"]), filename:join("/a/", "b"), filename:join("a", "/b"),
     filename:join([<<"a">>, "b"]), filename:split("/a/b/c"), filename:split("a//b"),
     filename:basename("/a/b.erl"), filename:basename("/a/b.erl", ".erl"), filename:dirname("/a/b/c"),
     filename:dirname("c"), filename:extension("a/b.tar.gz"), filename:rootname("a/b.erl"),
     filename:rootname("a/b.erl", ".erl"), filename:pathtype("/a"), filename:pathtype("a"),
     filename:flatten(["a", [$b, c]]), filename:nativename("a/b"), filename:absname("x", "/y"),
     filename:absname("/x", "/y"), e(fun() -> filename:join(id([])) end), filename:basename(<<"x/y.z">>),
     filename:validate("ab"), filename:validate([0])}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
