%% spawn and its forms: funs, MFAs, monitors, links, options.
-module(proc_spawn_forms).
-export([main/0]).

-export([say/2]).

main() ->
    process_flag(trap_exit, true), S = self(),
    P1 = spawn(fun() -> S ! {1, self()} end), R1 = receive {1, P1} -> one end,
    P2 = spawn(?MODULE, say, [S, 2]), R2 = receive {2, P2} -> two end,
    P3 = spawn_link(fun() -> S ! {3, self()} end), R3 = receive {3, P3} -> receive {'EXIT', P3, X} -> X end end,
    {P4, M4} = spawn_monitor(?MODULE, say, [S, 4]),
     R4 = receive {4, P4} -> receive {'DOWN', M4, process, P4, Y} -> Y end end,
    {P5, M5} = spawn_opt(fun() -> S ! {5, self()} end,
     [monitor, link, {priority, high}, {min_heap_size, 1000}]),
      R5 = receive {5, P5} -> receive {'DOWN', M5, process, P5, Z} -> receive {'EXIT', P5, W} -> {Z,
      W} end end end,
    P6 = spawn(node(), fun() -> S ! {6, self()} end), R6 = receive {6, P6} -> six end,
    [R1, R2, R3, R4, R5, R6].

say(To, N) -> To ! {N, self()}.
