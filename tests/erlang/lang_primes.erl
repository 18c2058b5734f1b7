%% Primes by a sieve of lists, by a table and by a process that never ends.
-module(lang_primes).
-export([main/0]).

main() ->
    {sieve(lists:seq(2, 100)), length(table(1000)), pipeline(20)}.

sieve([]) -> [];
sieve([P | T]) -> [P | sieve([X || X <- T, X rem P =/= 0])].

table(N) -> T = ets:new(s, [ordered_set]), [ets:insert(T, {I}) || I <- lists:seq(2, N)],
    [ets:delete(T, J) || I <- lists:seq(2, 31), ets:member(T, I), J <- lists:seq(I * I, N, I)],
     [I || {I} <- ets:tab2list(T)].

pipeline(N) -> S = self(), P = spawn(fun() -> gen(S, 2) end), L = [receive {prime, I} -> I end
    || _ <- lists:seq(1, N)], exit(P, kill), L.

gen(S, N) -> case lists:all(fun(D) -> N rem D =/= 0 end,
    lists:seq(2, trunc(math:sqrt(N)))) of true -> S ! {prime, N}; false -> ok end, gen(S, N + 1).
