%% Terms nested 100,000 deep are encoded and decoded.
-module(etf_deep).
-export([main/0]).

main() ->
    L = deep(100000, []), T = deept(100000, {}),
    {byte_size(term_to_binary(L)), byte_size(term_to_binary(T)), depth(binary_to_term(term_to_binary(L)), 0),
     binary_to_term(term_to_binary(T)) =:= T, binary:part(term_to_binary(T), 0, 6)}.

deep(0, A) -> A;
deep(N, A) -> deep(N - 1, [A]).
deept(0, A) -> A;
deept(N, A) -> deept(N - 1, {A, N}).
depth([], N) -> N;
depth([A], N) -> depth(A, N + 1).
