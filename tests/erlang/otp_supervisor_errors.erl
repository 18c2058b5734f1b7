%% Bad specifications, unknown children, init that refuses; check_childspecs.
-module(otp_supervisor_errors).
-export([main/0]).

-behaviour(supervisor).
-export([init/1]).

main() ->
    logger:set_primary_config(level, none), process_flag(trap_exit, true),
        {ok, Sup} = supervisor:start_link(?MODULE, ok),
    [supervisor:start_link(?MODULE, ignore), element(1, supervisor:start_link(?MODULE, bad_flags)),
     element(2, supervisor:start_link(?MODULE, bad_child)), supervisor:terminate_child(Sup, none),
     supervisor:restart_child(Sup, none), supervisor:delete_child(Sup, none),
     supervisor:get_childspec(Sup, none), supervisor:check_childspecs([#{id => a, start => {m, f, []}}]),
     supervisor:check_childspecs([#{id => a}]),
     supervisor:check_childspecs([{a, {m, f, []}, permanent, 5, worker, [m]}]),
     supervisor:check_childspecs([#{id => a, start => {m, f, []}, restart => maybe_}]),
     supervisor:check_childspecs(x), supervisor:start_child(Sup, nonsense)].

init(ok) -> {ok, {#{}, []}};
init(ignore) -> ignore;
init(bad_flags) -> {ok, {#{strategy => bad}, []}};
init(bad_child) -> {ok, {#{}, [#{id => x}]}}.
