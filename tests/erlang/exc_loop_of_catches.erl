%% 100,000 exceptions caught in a loop leave nothing behind.
-module(exc_loop_of_catches).
-export([main/0]).

main() ->
    {loop(100000, 0, 0), [loop2(K, 1000, 0) || K <- [throw, error, exit]]}.

loop(0, A, B) -> {A, B};
loop(N, A, B) ->
    case catch odd(N) of
        {odd, _} -> loop(N - 1, A + 1, B);
        N -> loop(N - 1, A, B + 1)
    end.

odd(N) when N rem 2 =:= 1 -> throw({odd, N});
odd(N) -> N.

loop2(_, 0, Acc) -> Acc;
loop2(K, N, Acc) ->
    loop2(K, N - 1, Acc + try erlang:K(N) catch K:N -> N end).
