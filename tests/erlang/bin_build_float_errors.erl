%% Floats too large for 32 or 16 bits become infinity; bad sizes and too large integers are badarg.
-module(bin_build_float_errors).
-export([main/0, id/1]).

main() ->
    [e(fun() -> <<(id(1.0e300)):32/float>> end), e(fun() -> <<(id(1.0e10)):16/float>> end),
     e(fun() -> <<(id(1 bsl 2000)):64/float>> end), e(fun() -> <<1.0:(id(17))/float>> end),
     e(fun() -> <<1.0:(id(0))/float>> end), e(fun() -> <<(id(a)):64/float>> end),
     e(fun() -> <<(id(<<>>))/float>> end)].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
