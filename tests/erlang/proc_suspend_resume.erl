%% suspend_process stops a process, resume_process lets it go on.
-module(proc_suspend_resume).
-export([main/0]).

main() ->
    S = self(), P = spawn(fun L() -> receive {ask, N} -> S ! {ans, N}, L() end end),
    true = erlang:suspend_process(P), P ! {ask, 1}, A = receive {ans, 1} -> ran after 20 -> suspended end,
        I = process_info(P, status), true = erlang:resume_process(P),
    B = receive {ans, 1} -> ran after 5000 -> still end, exit(P, kill),
        {A, I, B, e(fun() -> erlang:resume_process(P) end), e(fun() -> erlang:suspend_process(self()) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.
