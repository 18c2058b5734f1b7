%% What the suites call of common_test's ct: failing, talking, time limits.
-module(ct).
-export([fail/1, fail/2, error/1, log/1, log/2, log/3, log/4, log/5, pal/1, pal/2, pal/3, pal/4,
         pal/5, print/1, print/2, print/3, print/4, print/5, comment/1, comment/2, sleep/1,
         timetrap/1, get_timetrap_info/0, get_config/1, get_config/2, get_config/3, require/1,
         require/2, capture_start/0, capture_stop/0, capture_get/0, capture_get/1,
         remaining_test_procs/0, get_progname/0, make_priv_dir/0, break/1, break/2]).

fail(Reason) -> exit({test_case_failed, Reason}).
fail(Format, Arguments) -> exit({test_case_failed, lists:flatten(io_lib:format(Format, Arguments))}).
error(Reason) -> erlang:error({test_case_failed, Reason}).

log(Format) -> io:format(Format, []).
log(Format, Arguments) when is_list(Format) -> io:format(Format, Arguments);
log(_, Format) -> log(Format).
log(Format, Arguments, _) when is_list(Format), is_list(Arguments) -> io:format(Format, Arguments);
log(_, Format, Arguments) -> log(Format, Arguments).
log(_, Second, Third, Fourth) -> log(Second, Third, Fourth).
log(_, _, Format, Arguments, _) -> io:format(Format, Arguments).

pal(Format) -> log(Format).
pal(A, B) -> log(A, B).
pal(A, B, C) -> log(A, B, C).
pal(A, B, C, D) -> log(A, B, C, D).
pal(A, B, C, D, E) -> log(A, B, C, D, E).

print(Format) -> log(Format).
print(A, B) -> log(A, B).
print(A, B, C) -> log(A, B, C).
print(A, B, C, D) -> log(A, B, C, D).
print(A, B, C, D, E) -> log(A, B, C, D, E).

comment(_) -> ok.
comment(_, _) -> ok.

sleep(Time) -> test_server:sleep(Time).
timetrap(Time) -> test_server:timetrap(Time).
get_timetrap_info() -> test_server:get_timetrap_info().

get_config(_) -> undefined.
get_config(_, Default) -> Default.
get_config(_, Default, _) -> Default.
require(_) -> {error, {not_available, no_configuration}}.
require(_, _) -> {error, {not_available, no_configuration}}.

capture_start() -> test_server:capture_start().
capture_stop() -> test_server:capture_stop().
capture_get() -> test_server:capture_get().
capture_get(_) -> test_server:capture_get().

%% {processes of the tests, shared leader, other leaders}
remaining_test_procs() -> {[], group_leader(), []}.

get_progname() ->
    case init:get_argument(progname) of
        {ok, [[Name]]} -> Name;
        _ -> "erl"
    end.

make_priv_dir() -> ok.
break(_) -> ok.
break(_, _) -> ok.
