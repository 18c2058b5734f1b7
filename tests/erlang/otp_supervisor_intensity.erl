%% Too many restarts end the supervisor with shutdown.
-module(otp_supervisor_intensity).
-export([main/0]).

-behaviour(supervisor).
-export([init/1, start/1]).

main() ->
    logger:set_primary_config(level, none), process_flag(trap_exit, true),
        {ok, Sup} = supervisor:start_link(?MODULE, self()),
    R = receive {'EXIT', Sup, W} -> W end, {count(0), R}.

count(N) -> receive up -> count(N + 1) after 0 -> N end.

init(To) -> {ok, {#{intensity => 4, period => 10}, [#{id => c, start => {?MODULE, start, [To]}}]}}.
start(To) -> {ok, spawn_link(fun() -> To ! up, exit(crash) end)}.
