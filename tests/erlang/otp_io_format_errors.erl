%% Format strings and arguments that do not fit are badarg.
-module(otp_io_format_errors).
-export([main/0]).

main() ->
    [{F, A, e(fun() -> lists:flatten(io_lib:format(F, A)) end)}
     || {F, A} <- [{"~w", []}, {"~w", [1, 2]}, {"~s", [1.5]}, {"~s", [[256]]}, {"~ts", [[-1]]}, {"~c", [a]},
     {"~q", [1]}, {"~", []}, {"~b", [1.5]}, {"~.1b", [3]}, {"~f", [a]}, {"~x", [1]}, {a, [1]}, {"~p", b},
      {"~s", [<<255, 1:1>>]}, {<<"~w">>, [1]}, {"~3", [1]}, {"~.2f", ["x"]}]].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.
