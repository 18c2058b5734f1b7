%% re:compile once, used by run, split and replace; errors by position.
-module(re_compile).
-export([main/0, id/1]).

main() ->
    {ok, P} = re:compile("a(b+)c"), {ok, U} = re:compile("\\w+", [unicode, ucp]),
    {element(1, P), tuple_size(P), element(2, P), element(3, U),
     re:run(id("xabbc"), P, [{capture, all, list}]),
     re:replace("abc-abbc", P, "[\\1]", [global, {return, list}]), re:split("1abc2abbc3", P, [{return, list}]),
     re:compile("a("), re:compile("[z-a]"), re:compile("*"), re:compile("(?<n>a)(?<n>b)"),
     element(1, re:compile("(?<n>a)|(?<n>b)", [dupnames])), e(fun() -> re:compile(id(a)) end),
     e(fun() -> re:run("x", id("(")) end), e(fun() -> re:run("x", P, [id(bad)]) end),
     re:inspect(element(2, re:compile("(?<b>x)(?<a>y)")), namelist)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
