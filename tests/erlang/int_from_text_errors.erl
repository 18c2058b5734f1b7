%% Text that is no integer in its base is badarg.
-module(int_from_text_errors).
-export([main/0, id/1]).

main() ->
    Bad = ["", "+", "-", " 1", "1 ", "1.0", "a", "--1", "+-1", "1_000", "0x10", "12a"],
    [{e(fun() -> list_to_integer(id(T)) end), e(fun() -> binary_to_integer(id(list_to_binary(T))) end)}
     || T <- Bad]
        ++ [e(fun() -> list_to_integer(id("2"), id(2)) end), e(fun() -> list_to_integer(id("9"), id(8)) end),
            e(fun() -> binary_to_integer(id(<<"1">>), id(1)) end),
                e(fun() -> list_to_integer(id("1"), id(37)) end),
            e(fun() -> list_to_integer(id(foo)) end), e(fun() -> binary_to_integer(id("12")) end),
            e(fun() -> list_to_integer(id([$1 | $2])) end), e(fun() -> list_to_integer(id([$1, 256])) end),
            e(fun() -> binary_to_integer(id(<<1:3>>)) end)].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
