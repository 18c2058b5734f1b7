%% A fun with twenty free variables of every type.
-module(fun_many_free_variables).
-export([main/0, id/1]).

main() ->
    [A, B, C, D, E] = [id(X) || X <- [1, 2.0, c, "d", <<"e">>]],
     [F, G, H, I, J] = [id(X) || X <- [{f}, #{g => 1}, [], 1 bsl 80, [i | j]]],
      [K, L, M, N, O] = lists:seq(id(11), 15), [P, Q, R, S, T] = lists:seq(id(16), 20),
    Fun = fun(X) -> {X, A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P, Q, R, S, T} end,
    {Fun(x), length(element(2, erlang:fun_info(Fun, env)))}.

%% Hides a value from the compiler.
id(X) -> X.
