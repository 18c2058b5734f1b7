%% Shifts of what is no integer are badarith; by a huge count they are zero, minus one or system_limit.
-module(int_shift_errors).
-export([main/0, id/1]).

main() ->
    Huge = id(1 bsl 70),
    [e(fun() -> id(1) bsl id(a) end), e(fun() -> id(1.0) bsl id(1) end), e(fun() -> id(1) bsr id(1.0) end),
     e(fun() -> id(1) bsr Huge end), e(fun() -> id(-1) bsr Huge end), e(fun() -> id(0) bsl Huge end),
     e(fun() -> id(1) bsl Huge end), e(fun() -> id(1 bsl 90) bsr Huge end),
     e(fun() -> id(-(1 bsl 90)) bsr Huge end),
     e(fun() -> id(1) bsr -Huge end), e(fun() -> id({}) bsr id(1) end)].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
