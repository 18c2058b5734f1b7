%% Conversions of what is no integer, or to a base out of range, are badarg.
-module(int_to_text_errors).
-export([main/0, id/1]).

main() ->
    [e(fun() -> integer_to_list(id(a)) end), e(fun() -> integer_to_list(id(1.0)) end),
     e(fun() -> integer_to_binary(id("1")) end),
     e(fun() -> integer_to_list(id(1), id(1)) end), e(fun() -> integer_to_list(id(1), id(37)) end),
     e(fun() -> integer_to_binary(id(1), id(0)) end), e(fun() -> integer_to_binary(id(1), id(-2)) end),
     e(fun() -> integer_to_binary(id(1 bsl 90), id(99)) end)].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
