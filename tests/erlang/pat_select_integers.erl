%% A dense and a sparse choice among integers, small, negative and big.
-module(pat_select_integers).
-export([main/0, id/1]).

main() ->
    {[dense(I) || I <- lists:seq(-1, 12)] ++ [dense(id(5.0)), dense(a), dense(1 bsl 64)],
     [sparse(I) || I <- [id(-1000000), -1, 0, 7, 1000, 99999999, 1 bsl 59, 1 bsl 64, (1 bsl 64) + 1, 7.0]]}.

dense(0) -> zero; dense(1) -> one; dense(2) -> two; dense(3) -> three; dense(4) -> four; dense(5) -> five;
dense(6) -> six; dense(7) -> seven; dense(8) -> eight; dense(9) -> nine; dense(10) -> ten; dense(_) -> none.

sparse(-1000000) -> a; sparse(-1) -> b; sparse(7) -> c; sparse(1000) -> d; sparse(99999999) -> e;
sparse(16#800000000000000) -> f; sparse(16#10000000000000000) -> g; sparse(_) -> none.

%% Hides a value from the compiler.
id(X) -> X.
