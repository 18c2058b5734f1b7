%% A suite of ours in common_test's shape whose cases end in every way that one can: what
%% tests/test_otp_suites.py expects of the runner.
-module(example_SUITE).
-include_lib("common_test/include/ct.hrl").
-export([suite/0, all/0, groups/0, init_per_suite/1, end_per_suite/1, init_per_group/2,
         end_per_group/2, init_per_testcase/2, end_per_testcase/2]).
-export([passes/1, fails/1, crashes/1, is_skipped/1, throws_a_skip/1, skipped_by_init/1,
         loops/0, loops/1, dies_by_a_link/1, fails_at_the_end/1, ends_the_host/1, captures/1,
         leaves_the_directory/1, is_at_home/1, sees_the_group/1, comes_after/1, never_begins/1]).

suite() -> [{timetrap, {minutes, 1}}].

all() ->
    [passes, fails, crashes, is_skipped, throws_a_skip, skipped_by_init, loops, dies_by_a_link,
     fails_at_the_end, captures, leaves_the_directory, is_at_home, {group, outer}, comes_after].

groups() ->
    [{outer, [sequence], [sees_the_group, {group, inner}, {group, broken}]},
     {inner, [], [ends_the_host, sees_the_group]},
     {broken, [], [never_begins]}].

init_per_suite(Config) -> [{of_suite, here} | Config].
end_per_suite(Config) -> here = ?config(of_suite, Config), ok.

init_per_group(broken, _) -> error(no_such_group_today);
init_per_group(Group, Config) -> [{of_group, Group} | Config].
end_per_group(_, _) -> ok.

init_per_testcase(skipped_by_init, _) -> {skip, "not today"};
init_per_testcase(Case, Config) -> register(example, self()), [{of_case, Case} | Config].

end_per_testcase(fails_at_the_end, _) -> {fail, leak};
end_per_testcase(loops, Config) -> {failed, timetrap_timeout} = ?config(tc_status, Config), ok;
end_per_testcase(_, _) -> ok.

passes(Config) ->
    true = whereis(example) =:= self(),
    passes = ?config(of_case, Config),
    here = ?config(of_suite, Config).

fails(_) -> ct:fail("expected ~w", [this]).
crashes(_) -> [] = lists:seq(1, 3).
is_skipped(_) -> {skip, "no reason"}.
throws_a_skip(_) -> throw({skip, thrown}).
skipped_by_init(_) -> ok.

loops() -> [{timetrap, 300}].
loops(Config) -> loops(Config).

dies_by_a_link(_) ->
    spawn_link(fun() -> exit(boom) end),
    receive never -> ok end.

fails_at_the_end(_) -> ok.
ends_the_host(_) -> erlang:halt(7).

captures(_) ->
    ct:capture_start(),
    io:format("seen ~w~n", [1]),
    ct:capture_stop(),
    io:format("not seen~n"),
    ["seen 1\n"] = ct:capture_get().

leaves_the_directory(Config) -> ok = file:set_cwd(filename:dirname(filename:join(?config(priv_dir, Config), ""))).
is_at_home(Config) ->
    {ok, Here} = file:get_cwd(),
    true = filename:join(?config(priv_dir, Config), "") =:= Here.

sees_the_group(Config) ->
    Group = ?config(of_group, Config),
    [{name, Group} | _] = ?config(tc_group_properties, Config).

comes_after(Config) -> undefined = ?config(of_group, Config).
never_begins(_) -> ok.
