%% max_heap_size kills a process that grows beyond it.
-module(proc_max_heap_size).
-export([main/0]).

main() ->
    {P, M} = spawn_opt(fun() -> grow([]) end,
     [monitor, {max_heap_size, #{size => 10000, kill => true, error_logger => false}}]),
    {receive {'DOWN', M, process, P, R} -> R end, process_flag(max_heap_size, 0),
     process_info(self(), max_heap_size)}.

grow(L) -> grow([lists:seq(1, 100) | L]).
