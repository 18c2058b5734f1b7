%% A function with forty live variables across calls.
-module(lang_many_variables).
-export([main/0, id/1]).

main() ->
    [A, B, C, D, E, F, G, H, I, J] = [id(X) || X <- lists:seq(1, 10)],
     [K, L, M, N, O, P, Q, R, S, T] = [id(X) || X <- lists:seq(11, 20)],
    A1 = id(A + T), B1 = id(B + S), C1 = id(C + R), D1 = id(D + Q), E1 = id(E + P), F1 = id(F + O),
        G1 = id(G + N), H1 = id(H + M), I1 = id(I + L), J1 = id(J + K), Mid = lists:sum([A1, B1, C1, D1, E1]),
        {A2, B2, C2} = {id(A1 * B1), id(C1 * D1), id(E1 * F1)}, garbage_collect(),
    {A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P, Q, R, S, T, A1, B1, C1, D1, E1, F1, G1, H1, I1, J1, Mid,
     A2, B2, C2}.

%% Hides a value from the compiler.
id(X) -> X.
