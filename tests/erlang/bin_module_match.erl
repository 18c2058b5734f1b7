%% binary:match and matches with one and many patterns, compiled, scoped, longest first.
-module(bin_module_match).
-export([main/0, id/1]).

main() ->
    B = id(<<"she sells sea shells by the sea shore">>),
        P = binary:compile_pattern([<<"sea">>, <<"shell">>, <<"shells">>]),
    {binary:match(B, <<"sea">>), binary:match(B, <<"nope">>), binary:matches(B, <<"s">>), binary:matches(B, P),
     binary:match(B, P, [{scope, {12, 20}}]), binary:matches(B, <<"se">>, [{scope, {37, -27}}]),
     binary:match(B, [<<"x">>, <<"lls">>]), binary:matches(id(<<"aaaa">>), <<"aa">>),
     binary:match(<<>>, <<"a">>), binary:matches(<<"abc">>, [<<"a">>, <<"ab">>, <<"abc">>]),
     e(fun() -> binary:match(B, id(<<>>)) end), e(fun() -> binary:match(B, id([])) end),
     e(fun() -> binary:match(id(a), <<"x">>) end),
     e(fun() -> binary:match(B, <<"s">>, [{scope, {0, id(99)}}]) end),
     e(fun() -> binary:matches(B, [<<"a">>, id(<<>>)]) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
