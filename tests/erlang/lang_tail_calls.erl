%% Ten million tail calls, within one function and between two.
-module(lang_tail_calls).
-export([main/0]).

main() ->
    {loop(10000000), even(2000001), acc(lists:seq(1, 1000), 0)}.

loop(0) -> done;
loop(N) -> loop(N - 1).

even(0) -> true;
even(N) -> odd(N - 1).

odd(0) -> false;
odd(N) -> even(N - 1).

acc([], S) -> S;
acc([H | T], S) -> case H rem 2 of 0 -> acc(T, S + H); 1 -> acc(T, S - H) end.
