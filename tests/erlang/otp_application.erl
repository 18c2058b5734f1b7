%% An application defined in the program: load, start, environment, dependents, stop.
-module(otp_application).
-export([main/0]).

-behaviour(application).
-behaviour(supervisor).
-export([start/2, stop/1, init/1, prep_stop/1]).

main() ->
    register(corpus_app_main, self()), logger:set_primary_config(level, none),
    Spec = {application, corpus_app, [{description, "made up"}, {vsn, "1.2.3"}, {modules, [?MODULE]},
        {registered, []}, {applications, [kernel, stdlib]}, {mod, {?MODULE, [arg]}},
         {env, [{colour, red}, {size, 3}]}]},
    R = [application:load(Spec), application:load(Spec), application:get_env(corpus_app, colour),
        application:get_env(corpus_app, none), application:get_env(corpus_app, none, d),
        application:set_env(corpus_app, colour, blue), application:start(corpus_app),
        receive {app, started, A} -> A end, application:get_env(corpus_app, colour),
        lists:keyfind(corpus_app, 1, application:which_applications()), application:start(corpus_app),
        lists:sort(application:get_all_env(corpus_app)), application:get_key(corpus_app, vsn),
        application:get_application(?MODULE), is_pid(whereis(corpus_app_sup)), application:stop(corpus_app),
        receive {app, stopping, B} -> B end, receive {app, stopped, C} -> C end, whereis(corpus_app_sup),
        application:stop(corpus_app), application:unload(corpus_app), application:get_env(corpus_app, colour),
        application:start(no_such_app_here), application:ensure_all_started(kernel)],
    unregister(corpus_app_main), R.

start(normal, Args) -> corpus_app_main ! {app, started, Args},
    supervisor:start_link({local, corpus_app_sup}, ?MODULE, []).
prep_stop(S) -> corpus_app_main ! {app, stopping, S}, S.
stop(S) -> corpus_app_main ! {app, stopped, S}.
init([]) -> {ok, {#{}, []}}.
