%% Tail calls through apply, funs and remote calls keep the stack flat.
-module(lang_apply_mfa_tail).
-export([main/0, id/1]).

-export([down/1]).

main() ->
    {down(300000), (fun F(0) -> flat; F(N) -> F(N - 1) end)(300000),
     by_fun(fun by_fun/2, 300000), catch_in_loop(20000, 0)}.

down(0) -> bottom;
down(N) when N rem 3 =:= 0 -> ?MODULE:down(N - 1);
down(N) when N rem 3 =:= 1 -> apply(?MODULE, down, [N - 1]);
down(N) -> M = id(?MODULE), F = id(down), M:F(N - 1).

by_fun(_, 0) -> fun_bottom;
by_fun(F, N) -> F(F, N - 1).

catch_in_loop(0, A) -> A;
catch_in_loop(N, A) -> catch_in_loop(N - 1, A + (catch throw(1))).

%% Hides a value from the compiler.
id(X) -> X.
