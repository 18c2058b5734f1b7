%% Closures sent to another process run there with their environment.
-module(fun_sent_between_processes).
-export([main/0, id/1]).

main() ->
    Self = self(), N = id(7), Big = lists:seq(1, 100), B = binary:copy(<<"x">>, 200),
    P = spawn(fun L() -> receive {F, X} -> Self ! {answer, F(X), self() =/= Self}, L(); stop -> ok end end),
    R = [begin P ! {F, id(3)}, receive {answer, A, T} -> {A, T} end end
        || F <- [fun(X) -> X + N end, fun(X) -> lists:nth(X, Big) end, fun(X) -> binary:part(B, 0, X) end,
        fun erlang:is_integer/1, fun(X) -> (fun(Y) -> {X, Y, N} end)(N) end]],
    P ! stop,
    R.

%% Hides a value from the compiler.
id(X) -> X.
