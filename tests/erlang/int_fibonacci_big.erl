%% Additions that grow one word at a time: the 1,000th Fibonacci number.
-module(int_fibonacci_big).
-export([main/0]).

main() ->
    {fib(100, 0, 1), fib(1000, 0, 1), fib(10000, 0, 1) rem (1 bsl 61)}.

fib(0, A, _) -> A;
fib(N, A, B) -> fib(N - 1, B, A + B).
