%% Exit reasons are any terms, copied to links and monitors.
-module(proc_exit_reason_terms).
-export([main/0, id/1]).

main() ->
    process_flag(trap_exit, true),
    [begin {P, M} = spawn_opt(fun() -> exit(R) end, [link, monitor]), {receive {'EXIT', P, X} -> X end,
     receive {'DOWN', M, process, P, Y} -> Y =:= R end} end
     || R <- [id(1), 2.5, "text", {shutdown, [a]}, #{k => <<"v">>}, [], lists:seq(1, 10), <<1:3>>, 1 bsl 70]].

%% Hides a value from the compiler.
id(X) -> X.
