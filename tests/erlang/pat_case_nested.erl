%% Cases within cases export their variables and share their branches.
-module(pat_case_nested).
-export([main/0, id/1]).

main() ->
    [f(A, B) || A <- [id(1), 2, {3, x}], B <- [id(a), b]].

f(A, B) ->
    R = case A of
            1 -> case B of a -> X = one_a, deep; b -> X = one_b, deep2 end;
            {N, _} -> X = case N of 3 -> case B of a -> three_a; _ -> three_other end end, tuple;
            _ -> X = none, if B =:= a -> ia; true -> it end
        end,
    {R, X}.

%% Hides a value from the compiler.
id(X) -> X.
