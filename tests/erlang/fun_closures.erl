%% Closures keep the values they were made with.
-module(fun_closures).
-export([main/0, id/1]).

main() ->
    Adders = [fun(X) -> X + N end || N <- [1, 10, 100]],
    Counter = fun Make(N) -> fun(get) -> N; (inc) -> Make(N + 1) end end, C = ((Counter(5))(inc))(inc),
    Compose = fun(F, G) -> fun(X) -> F(G(X)) end end,
    {[F(id(1)) || F <- Adders], C(get), (Compose(fun(X) -> X * 2 end, hd(Adders)))(5),
     (fun(A) -> fun(B) -> fun(D) -> {A, B, D} end end end)(1) =:= x,
     (((fun(A) -> fun(B) -> fun(D) -> {A, B, D} end end end)(1))(2))(3)}.

%% Hides a value from the compiler.
id(X) -> X.
