%% Chains of setelement leave the originals as they were.
-module(tuple_update_chain).
-export([main/0, id/1]).

main() ->
    T0 = id({1, 2, 3, 4, 5}),
    T1 = setelement(1, setelement(3, setelement(5, T0, five), three), one),
    T2 = lists:foldl(fun(I, T) -> setelement(I, T, I * I) end, T0, [1, 2, 3, 4, 5]),
    {T0, T1, T2}.

%% Hides a value from the compiler.
id(X) -> X.
