%% A binary of impossible size is system_limit; a negative size badarg.
-module(bin_huge_construct_errors).
-export([main/0, id/1]).

main() ->
    [e(fun() -> <<0:(id(1 bsl 67))>> end), e(fun() -> <<0:(id(-8))>> end),
     e(fun() -> <<(id(<<"abc">>)):(id(4))/binary>> end), e(fun() -> <<(id(<<"abc">>)):(id(-1))/binary>> end),
     e(fun() -> <<(id(<<1:7>>))/binary>> end), <<(id(<<1:7>>))/bits>>,
     e(fun() -> binary:copy(<<"x">>, id(a)) end)].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
