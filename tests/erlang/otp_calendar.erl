%% calendar: days, weeks, seconds, validity, leap years, RFC 3339.
-module(otp_calendar).
-export([main/0, id/1]).

main() ->
    {[calendar:date_to_gregorian_days(D) || D <- [{0, 1, 1}, {1970, 1, 1}, {2024, 2, 29}]],
     calendar:gregorian_days_to_date(738945),
     calendar:datetime_to_gregorian_seconds({{1970, 1, 1}, {0, 0, 0}}),
     calendar:gregorian_seconds_to_datetime(63882345678),
     [calendar:day_of_the_week(D) || D <- [{2024, 1, 1}, {2000, 2, 29}, {1900, 3, 1}]],
      [calendar:is_leap_year(Y) || Y <- [1900, 2000, 2023, 2024]],
       [calendar:last_day_of_the_month(Y, M) || {Y, M} <- [{2023, 2}, {2024, 2}, {2024, 4}]],
        calendar:iso_week_number({2021, 1, 3}), calendar:iso_week_number({2020, 12, 31}),
        [calendar:valid_date(D) || D <- [{2024, 2, 30}, {2024, 2, 29}, {2024, 13, 1}]],
         calendar:seconds_to_time(3661), calendar:seconds_to_daystime(90061),
         calendar:time_difference({{2024, 1, 1}, {0, 0, 0}}, {{2024, 1, 2}, {1, 2, 3}}),
         calendar:time_to_seconds({23, 59, 59}),
     calendar:system_time_to_rfc3339(1700000000, [{offset, "Z"}]),
     calendar:system_time_to_rfc3339(1700000000123, [{unit, millisecond}, {offset, "+02:00"}]),
     calendar:rfc3339_to_system_time("2023-11-14T22:13:20Z"),
     calendar:rfc3339_to_system_time("2023-11-14 22:13:20.5+01:00", [{unit, millisecond}]),
     calendar:system_time_to_universal_time(1700000000, second), calendar:now_to_datetime({1700, 0, 0}),
     e(fun() -> calendar:date_to_gregorian_days({2023, 2, id(30)}) end),
     e(fun() -> calendar:rfc3339_to_system_time(id("bad")) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
