%% trap_exit is switched on and off, and tells its old value.
-module(proc_trap_exit_switch).
-export([main/0]).

main() ->
    A = process_flag(trap_exit, true), B = process_flag(trap_exit, true), C = process_flag(trap_exit, false),
    spawn_link(fun() -> exit(normal) end), receive after 5 -> ok end,
    {A, B, C, process_info(self(), trap_exit), receive M -> M after 0 -> none end}.
