%% lists with the wrong arguments.
-module(otp_lists_errors).
-export([main/0, id/1]).

main() ->
    [e(fun() -> lists:F(A) end) || {F, A} <- [{sum, [a]}, {max, []}, {last, []}, {droplast, []}, {reverse, x},
     {append, [a]}, {flatten, a}, {sort, [2 | 1]}, {sort, a}, {concat, [{}]}, {unzip, [a]}, {usort, x}]]
        ++ [e(fun() -> lists:nth(id(5), [1]) end), e(fun() -> lists:seq(1, 5, id(0)) end),
            e(fun() -> lists:seq(id(5), 1) end), e(fun() -> lists:seq(a, id(b)) end),
            e(fun() -> lists:split(id(4), [1]) end), e(fun() -> lists:sublist([1], id(-1)) end),
            e(fun() -> lists:zip([1], id([])) end), e(fun() -> lists:nthtail(id(3), [1]) end),
            e(fun() -> lists:duplicate(id(-1), x) end), e(fun() -> lists:map(fun(X) -> X end, id(a)) end),
            e(fun() -> lists:foldl(id(f), 0, [1]) end), e(fun() -> lists:filter(fun(_) -> id(x) end, [1]) end),
            e(fun() -> lists:all(fun(_) -> id(x) end, [1]) end)].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
