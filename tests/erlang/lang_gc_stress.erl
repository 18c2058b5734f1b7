%% Trees of every kind are built and compared while the heap is collected over and over.
-module(lang_gc_stress).
-export([main/0]).

main() ->
    T = tree(12), L = [tree(4) || _ <- lists:seq(1, 50)], garbage_collect(),
        M = maps:from_list([{I, tree(I rem 6)} || I <- lists:seq(1, 100)]), garbage_collect(),
    {count(T), lists:sum([count(X) || X <- L]), lists:usort(L) =:= [tree(4)],
     lists:sum([count(X) || X <- maps:values(M)]), T =:= tree(12), erlang:phash2(T), mirror(mirror(T)) =:= T}.

tree(0) -> leaf;
tree(N) -> {N, tree(N - 1), [N | <<N>>], tree(N - 1)}.

count(leaf) -> 1;
count({_, A, _, B}) -> count(A) + count(B).

mirror(leaf) -> leaf;
mirror({N, A, X, B}) -> {N, mirror(B), X, mirror(A)}.
