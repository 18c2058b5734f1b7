%% The process that runs main is ended by a link.
-module(uncaught_linked_exit).
-export([main/0]).

main() ->
    spawn_link(fun() -> exit(linked_death) end),
    receive never -> ok end.
