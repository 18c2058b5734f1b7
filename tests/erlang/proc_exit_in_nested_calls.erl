%% exit/1 runs after parts on its way out; kill does not.
-module(proc_exit_in_nested_calls).
-export([main/0]).

main() ->
    S = self(), F = fun(How) -> spawn_monitor(fun() -> try S ! ready, How() after S ! after_ran end end) end,
    {P, M} = F(fun() -> exit(bye) end), receive ready -> ok end,
     A = receive {'DOWN', M, _, P, R} -> receive after_ran -> {R, ran} after 0 -> {R, not_ran} end end,
    {Q, N} = F(fun() -> receive never -> ok end end), receive ready -> ok end, exit(Q, kill),
     B = receive {'DOWN', N, _, Q, T} -> receive after_ran -> {T, ran} after 10 -> {T, not_ran} end end,
    {A, B}.
