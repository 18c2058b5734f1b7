%% begin blocks, matches as values, unused results, order of evaluation of arguments.
-module(lang_block_and_match).
-export([main/0]).

main() ->
    put(log, []), L = fun(X) -> put(log, [X | get(log)]), X end,
    R1 = {L(1), L(2), [L(3), L(4) | L(5)], L(6) + L(7)}, R2 = begin X = 1, Y = X + 1, X + Y end,
        R3 = (fun(A, B) -> {A, B} end)(L(a), L(b)), R4 = #{L(k1) => L(v1), L(k2) => L(v2)},
        R5 = <<(L(8)), (L(9))>>, {R1, R2, R3, R4, R5, lists:reverse(get(log)), {Z = 5, [Z2 || Z2 <- [1]]}}.
