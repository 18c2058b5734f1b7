%% Words counted by mappers and reducers.
-module(proc_map_reduce).
-export([main/0]).

main() ->
    Text = lists:append(lists:duplicate(40, "the quick brown fox jumps over the lazy dog and the cat ")),
        Words = string:lexemes(Text, " "), S = self(),
    Chunks = chunk(Words, 50), Ps = [spawn_link(fun() -> S ! {self(),
        lists:foldl(fun(W, M) -> maps:update_with(W, fun(N) -> N + 1 end, 1, M) end, #{}, C)} end)
        || C <- Chunks],
    {length(Chunks), lists:foldl(fun(P, A) -> receive {P, M} -> maps:merge_with(fun(_, X, Y) -> X + Y end, A,
     M) end end, #{}, Ps)}.

chunk([], _) -> [];
chunk(L, N) when length(L) =< N -> [L];
chunk(L, N) -> {A, B} = lists:split(N, L), [A | chunk(B, N)].
