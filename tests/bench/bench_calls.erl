%% Calls, branches, funs, records, exceptions: what compiled code does most.
-module(bench_calls).

-export([programs/0, target/1]).

-record(account, {id, owner, balance = 0, history = [], open = true}).

programs() ->
    [{fib, 2, fun() -> 32 end, fun fib/1},
     {tak, 43, fun() -> {18, 12, 6} end, fun(T) -> repeat(10, fun() -> tak(T) end) end},
     {ackermann, 7, fun() -> 9 end, fun(N) -> ackermann(2, N * 100) end},
     {loop, 1, fun() -> 20000000 end, fun(N) -> loop(N, 0) end},
     {closures, 6, fun() -> lists:seq(1, 1000) end, fun(L) -> repeat(300, fun() -> closures(L) end) end},
     {apply, 10, fun() -> 1000000 end, fun(N) -> applies(N, ?MODULE, target, 0) end},
     {remote_calls, 4, fun() -> 3000000 end, fun(N) -> remote(N, 0) end},
     {records, 2, fun() -> #account{id = 1, owner = <<"ann">>} end, fun(R) -> records(1000000, R) end},
     {switch_atoms, 6, fun() -> [a, b, c, d, e, f, g, h, i, j, k, unknown] end,
      fun(L) -> repeat(150000, fun() -> switch(L, 0) end) end},
     {switch_terms, 1, fun() -> [{add, 1, 2}, {neg, 3}, [1, 2], <<"x">>, #{k => 1}, {add, {neg, 1}, 2}, 5, 1.5] end,
      fun(L) -> repeat(150000, fun() -> terms(L, 0) end) end},
     {try_catch, 1, fun() -> 300000 end, fun(N) -> exceptions(N, 0) end},
     {try_no_raise, 1, fun() -> 2000000 end, fun(N) -> quiet(N, 0) end},
     {deep_recursion, 1, fun() -> 1000000 end, fun(N) -> repeat(3, fun() -> deep(N) end) end}].

repeat(1, F) -> F();
repeat(N, F) -> F(), repeat(N - 1, F).

fib(N) when N < 2 -> N;
fib(N) -> fib(N - 1) + fib(N - 2).

tak({X, Y, Z}) -> tak(X, Y, Z).

tak(X, Y, Z) when Y >= X -> Z;
tak(X, Y, Z) -> tak(tak(X - 1, Y, Z), tak(Y - 1, Z, X), tak(Z - 1, X, Y)).

ackermann(0, N) -> N + 1;
ackermann(M, 0) -> ackermann(M - 1, 1);
ackermann(M, N) -> ackermann(M - 1, ackermann(M, N - 1)).

loop(0, Sum) -> Sum;
loop(N, Sum) -> loop(N - 1, (Sum + N * 3) band 16#FFFFFF).

closures(List) ->
    Add = fun(N) -> fun(X) -> X + N end end,
    Twice = fun(F) -> fun(X) -> F(F(X)) end end,
    fold(fun(X, Sum) -> Sum + ((Twice(Add(X)))(Sum) rem 7) end, 0, List).

fold(F, Acc, [H | T]) -> fold(F, F(H, Acc), T);
fold(_, Acc, []) -> Acc.

applies(0, _, _, Acc) -> Acc;
applies(N, M, F, Acc) -> applies(N - 1, M, F, apply(M, F, [Acc]) + M:F(Acc) - Acc).

remote(0, Acc) -> Acc;
remote(N, Acc) -> remote(N - 1, ?MODULE:target(Acc)).

target(X) -> X + 1.

records(0, R) -> R;
records(N, R = #account{balance = B, open = true}) when N rem 3 =:= 0 ->
    records(N - 1, R#account{balance = B + N, history = []});
records(N, R = #account{balance = B}) ->
    records(N - 1, R#account{balance = B - 1, id = N}).

switch([], Sum) -> Sum;
switch([A | T], Sum) ->
    N = case A of
            a -> 1; b -> 2; c -> 3; d -> 4; e -> 5; f -> 6; g -> 7; h -> 8; i -> 9; j -> 10; k -> 11;
            _ -> 0
        end,
    switch(T, Sum + N).

terms([], Sum) -> Sum;
terms([Term | T], Sum) -> terms(T, Sum + eval(Term)).

eval({add, A, B}) -> eval(A) + eval(B);
eval({neg, A}) -> -eval(A);
eval([H | _]) -> eval(H);
eval(#{k := V}) -> eval(V);
eval(<<C, _/binary>>) -> C;
eval(N) when is_integer(N) -> N;
eval(F) when is_float(F) -> trunc(F).

exceptions(0, Sum) -> Sum;
exceptions(N, Sum) ->
    V = try raise(N) catch
            throw:X -> X;
            error:{bad, X} -> X + 1;
            error:badarith -> 2
        end,
    exceptions(N - 1, Sum + V).

raise(N) when N rem 3 =:= 0 -> throw(1);
raise(N) when N rem 3 =:= 1 -> error({bad, 3});
raise(N) -> 1 div (N - N).

quiet(0, Sum) -> Sum;
quiet(N, Sum) ->
    V = try target(N) catch error:_ -> 0 end,
    quiet(N - 1, Sum + V).

deep(0) -> 0;
deep(N) -> 1 + deep(N - 1).
