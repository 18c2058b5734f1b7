%% Functions and funs of many arguments.
-module(lang_arity_40).
-export([main/0, id/1]).

-export([f/40]).

main() ->
    Args = lists:seq(1, 40), {apply(?MODULE, f, Args),
        apply(fun(A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P, Q, R, S, T) -> {T, S, R, Q, P, O, N, M, L, K,
        J, I, H, G, F, E, D, C, B, A} end, lists:seq(1, 20)), g(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, id(13))}.

f(A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P, Q, R, S, T, A1, B1, C1, D1, E1, F1, G1, H1, I1, J1, K1, L1,
    M1, N1, O1, P1, Q1, R1, S1, T1) -> [T1, S1, R1, Q1, P1, O1, N1, M1, L1, K1, J1, I1, H1, G1, F1, E1, D1, C1,
    B1, A1, T, S, R, Q, P, O, N, M, L, K, J, I, H, G, F, E, D, C, B, A].

g(A, B, C, D, E, F, G, H, I, J, K, L, M) when M > 0 -> g(B, C, D, E, F, G, H, I, J, K, L, M, A - 13);
g(A, B, C, D, E, F, G, H, I, J, K, L, M) -> {A, B, C, D, E, F, G, H, I, J, K, L, M}.

%% Hides a value from the compiler.
id(X) -> X.
