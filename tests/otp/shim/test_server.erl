%% What the suites call of common_test's test_server, without a server: the case's group leader
%% (suite_io) is the one process behind it. What needs another node skips its case.
-module(test_server).
-export([lookup_config/2, fail/0, fail/1, format/1, format/2, format/3, comment/1,
         capture_start/0, capture_stop/0, capture_get/0, messages_get/0,
         hours/1, minutes/1, seconds/1, sleep/1, adjusted_sleep/1, timecall/3,
         timetrap/1, timetrap_cancel/0, timetrap_cancel/1, timetrap_scale_factor/0,
         get_timetrap_info/0, milliseconds/1,
         do_times/2, do_times/4, m_out_of_n/3, temp_name/1, make_priv_dir/0,
         start_node/3, stop_node/1, wait_for_node/1, start_peer/3, start_peer/5, peer_name/2,
         is_release_available/1, run_on_shielded_node/2, app_test/1, app_test/2, appup_test/1,
         is_cover/0, is_debug/0, is_commercial/0, is_native/1, is_valgrind/0, is_asan/0,
         memory_checker/0, permit_io/2, os_type/0]).

lookup_config(Key, Config) ->
    proplists:get_value(Key, Config).

fail() -> exit(suite_failed).
fail(Reason) -> exit({suite_failed, Reason}).

format(Format) -> io:format(Format).
format(Format, Arguments) -> io:format(Format, Arguments).
format(_Detail, Format, Arguments) -> io:format(Format, Arguments).

comment(_Text) -> ok.

capture_start() -> suite_io:request({capture, self()}).
capture_stop() -> suite_io:request({capture, none}).
capture_get() ->
    receive {captured, Text} -> [Text | capture_get()] after 0 -> [] end.

messages_get() ->
    receive Message -> [Message | messages_get()] after 0 -> [] end.

hours(N) -> trunc(N * 1000 * 60 * 60).
minutes(N) -> trunc(N * 1000 * 60).
seconds(N) -> trunc(N * 1000).

sleep(Time) -> timer:sleep(milliseconds(Time)).
adjusted_sleep(Time) -> sleep(Time).

timecall(M, F, A) ->
    {Microseconds, Value} = timer:tc(M, F, A),
    {Microseconds / 1000000, Value}.

timetrap(Time) ->
    suite_io:request({timetrap, self(), milliseconds(Time)}).
timetrap_cancel() -> timetrap(infinity).
timetrap_cancel(_) -> timetrap(infinity).
timetrap_scale_factor() -> 1.
get_timetrap_info() -> {30000, {true, 1}}.

%% A time in any of common_test's shapes.
milliseconds({seconds, N}) -> seconds(N);
milliseconds({minutes, N}) -> minutes(N);
milliseconds({hours, N}) -> hours(N);
milliseconds(N) when is_integer(N) -> N;
milliseconds(N) when is_float(N) -> trunc(N);
milliseconds(_) -> infinity.

do_times(N, Fun) -> [Fun() || _ <- lists:seq(1, N)], ok.
do_times(N, M, F, A) -> [apply(M, F, A) || _ <- lists:seq(1, N)], ok.

m_out_of_n(0, _, _) -> ok;
m_out_of_n(M, 0, _) -> exit({m_out_of_n_failed, {M, left_to_do}});
m_out_of_n(M, N, Fun) ->
    try Fun() of
        _ -> m_out_of_n(M - 1, N - 1, Fun)
    catch
        _:_ -> m_out_of_n(M, N - 1, Fun)
    end.

temp_name(Stem) ->
    Stem ++ integer_to_list(erlang:unique_integer([positive])).
make_priv_dir() -> ok.

start_node(_, _, _) -> no_nodes().
stop_node(_) -> true.
wait_for_node(_) -> no_nodes().
start_peer(_, _, _) -> no_nodes().
start_peer(_, _, _, _, _) -> no_nodes().
peer_name(Module, Case) -> peer:random_name(lists:concat([Module, "-", Case])).
is_release_available(_) -> false.
run_on_shielded_node(_, _) -> no_nodes().

no_nodes() -> throw({skip, "needs another node"}).

app_test(Application) -> app_test(Application, []).
app_test(_, _) -> throw({skip, "needs the release tools"}).
appup_test(_) -> throw({skip, "needs the release tools"}).

is_cover() -> false.
is_debug() -> false.
is_commercial() -> false.
is_native(_) -> false.
is_valgrind() -> false.
is_asan() -> false.
memory_checker() -> none.
permit_io(_, _) -> ok.
os_type() -> os:type().
