%% Allocation: what a collector sees most, and what it sees worst.
-module(bench_memory).

-export([programs/0]).

programs() ->
    [{binary_trees, 26, fun() -> 14 end, fun(D) -> lists:sum([count(make(D)) || _ <- lists:seq(1, 10)]) end},
     {long_lived_tree, 8, fun() -> 16 end, fun(D) -> T = make(D), {count(T), churn(300, T, 0)} end},
     {short_lived_tuples, 1, fun() -> 2000000 end, fun(N) -> garbage(N, {0, 0}) end},
     {live_list_growing, 1, fun() -> 500000 end, fun(N) -> length(grow(N, [])) end},
     {nested_update, 9, fun() -> make(12) end, fun(T) -> count(paths(50000, T)) end}].

make(0) -> leaf;
make(D) -> {make(D - 1), make(D - 1)}.

count(leaf) -> 1;
count({A, B}) -> 1 + count(A) + count(B).

churn(0, T, Sum) -> Sum + tuple_size(T);
churn(N, T, Sum) -> churn(N - 1, T, Sum + length(lists:seq(1, 1000))).

garbage(0, T) -> T;
garbage(N, {A, B}) -> garbage(N - 1, {B, A + N}).

grow(0, L) -> L;
grow(N, L) -> grow(N - 1, [{N, [N]} | L]).

paths(0, T) -> T;
paths(N, T) -> paths(N - 1, set(N, T)).

set(_, leaf) -> leaf;
set(N, {A, B}) when N band 1 =:= 0 -> {set(N bsr 1, A), B};
set(N, {A, B}) -> {A, set(N bsr 1, B)}.
