%% Text that is no float, or too large for one, is badarg.
-module(float_from_text_errors).
-export([main/0, id/1]).

main() ->
    [{T, e(fun() -> list_to_float(id(T)) end), e(fun() -> binary_to_float(list_to_binary(id(T))) end)}
     || T <- ["", "1", "1.", ".5", "1e5", "1.0e", "1.0e400", "abc", "1.0x", " 1.0", "1.0 ", "1..0", "1,0",
     "inf", "nan"]]
        ++ [e(fun() -> list_to_float(id(foo)) end), e(fun() -> binary_to_float(id("1.0")) end),
            e(fun() -> list_to_float(id([$1, $., $0 | x])) end)].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
