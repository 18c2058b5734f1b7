%% An exit reason and an exception a hundred thousand deep arrive whole.
-module(deep_exit_reason).
-export([main/0]).

main() ->
    process_flag(trap_exit, true), T = nest(100000, bottom), P = spawn_link(fun() -> exit(T) end),
        R1 = receive {'EXIT', P, X} -> X =:= T end,
        {Q, M} = spawn_monitor(fun() -> receive never -> ok end end), exit(Q, T),
         R2 = receive {'DOWN', M, _, _, Y} -> Y =:= T end,
    {R1, R2, try throw(T) catch Z -> Z =:= T end, try error(T) catch error:W -> W =:= T end}.

nest(0, T) -> T;
nest(N, T) -> nest(N - 1, [T]).
