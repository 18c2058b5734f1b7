%% An exit signal runs through a chain of linked processes to the one that traps.
-module(proc_link_cascade).
-export([main/0]).

main() ->
    process_flag(trap_exit, true),
    First = chain(50, self()),
    receive {last, P} -> P ! go end,
    receive {'EXIT', First, R} -> R end.

chain(0, Main) -> spawn_link(fun() -> Main ! {last, self()}, receive go -> exit(boom) end end);
chain(N, Main) -> spawn_link(fun() -> chain(N - 1, Main), receive never -> ok end end).
