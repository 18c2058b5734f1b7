%% Messages of one sender arrive in order; two senders interleave but keep theirs.
-module(proc_message_order).
-export([main/0]).

main() ->
    S = self(),
    [spawn(fun() -> [S ! {N, I} || I <- lists:seq(1, 1000)] end) || N <- [a, b]],
    L = [receive M -> M end || _ <- lists:seq(1, 2000)],
    {[I || {a, I} <- L] =:= lists:seq(1, 1000), [I || {b, I} <- L] =:= lists:seq(1, 1000), length(L)}.
