%% A sum that crosses the limit of small integers within a loop, both ways.
-module(int_overflow_loop).
-export([main/0, id/1]).

main() ->
    Max = (1 bsl 59) - 1,
    {count(10, id(Max - 5), 1, []), count(10, id(-Max + 4), -1, []), count(6, id(Max bsr 1), Max bsr 1, []),
     count(8, id((1 bsl 64) - 3), 1, [])}.

count(0, _, _, Acc) -> lists:reverse(Acc);
count(N, V, Step, Acc) -> count(N - 1, V + Step, Step, [V | Acc]).

%% Hides a value from the compiler.
id(X) -> X.
