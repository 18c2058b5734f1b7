%% Transfers between account processes by two locks; the sum stays the same.
-module(proc_bank).
-export([main/0]).

main() ->
    As = [spawn(fun() -> account(100) end) || _ <- lists:seq(1, 10)], T = list_to_tuple(As), S = self(),
    [spawn_monitor(fun() -> [transfer(element(1 + (I * J) rem 10, T), element(1 + (I + J) rem 10, T), J)
     || J <- lists:seq(1, 30)], S ! {done, I} end) || I <- lists:seq(1, 20)],
    [receive {done, I} -> ok end || I <- lists:seq(1, 20)], Bs = [call(A, balance) || A <- As],
     {lists:sum(Bs), lists:all(fun(B) -> B >= 0 end, Bs)}.

transfer(A, A, _) -> same;
transfer(A, B, N) -> case call(A, {take, N}) of ok -> call(B, {give, N}); short -> short end.

call(P, M) -> R = make_ref(), P ! {self(), R, M}, receive {R, V} -> V end.

account(B) ->
    receive
        {F, R, balance} -> F ! {R, B}, account(B);
        {F, R, {take, N}} when N =< B -> F ! {R, ok}, account(B - N);
        {F, R, {take, _}} -> F ! {R, short}, account(B);
        {F, R, {give, N}} -> F ! {R, ok}, account(B + N)
    end.
