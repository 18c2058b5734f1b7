%% A loop over floats keeps every rounding step.
-module(float_sum_loop).
-export([main/0, id/1]).

main() ->
    {sum(10, 0.1, 0.0), sum(1000, 0.1, 0.0), sum(100000, 1.0e-3, id(0.0)), harmonic(1000, 0.0),
     mean([1.5, 2, 3.25, id(4)])}.

sum(0, _, Acc) -> Acc;
sum(N, X, Acc) -> sum(N - 1, X, Acc + X).

harmonic(0, Acc) -> Acc;
harmonic(N, Acc) -> harmonic(N - 1, Acc + 1 / N).

mean(L) -> lists:sum(L) / length(L).

%% Hides a value from the compiler.
id(X) -> X.
