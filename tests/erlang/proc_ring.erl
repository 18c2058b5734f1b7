%% A ring of 100 processes passes a token round 50 times.
-module(proc_ring).
-export([main/0]).

main() ->
    S = self(), First = spawn(fun() -> receive {next, N} -> ring(N) end end),
    Last = lists:foldl(fun(_, N) -> spawn(fun() -> ring(N) end) end, First, lists:seq(1, 99)),
    First ! {next, Last}, First ! {token, 5000, S},
    receive {done, N} -> N end.

ring(Next) ->
    receive
        {token, 0, S} -> S ! {done, 0}, ring(Next);
        {token, N, S} -> Next ! {token, N - 1, S}, ring(Next)
    end.
