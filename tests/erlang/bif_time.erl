%% The clocks: kinds, units, conversion and monotonicity.
-module(bif_time).
-export([main/0, id/1]).

main() ->
    A = erlang:monotonic_time(), B = erlang:monotonic_time(),
    {B >= A, is_integer(erlang:system_time(second)), erlang:system_time(second) > 1600000000,
     erlang:convert_time_unit(id(1500), millisecond, second),
     erlang:convert_time_unit(id(3), second, nanosecond),
     erlang:convert_time_unit(id(-1), millisecond, second), erlang:convert_time_unit(1, id(1000), 1),
     tuple_size(erlang:timestamp()), tuple_size(date()), tuple_size(time()), tuple_size(erlang:localtime()),
     is_integer(erlang:time_offset()), e(fun() -> erlang:monotonic_time(id(year)) end),
     e(fun() -> erlang:system_time(id(0)) end), e(fun() -> erlang:convert_time_unit(1, id(bad), second) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
