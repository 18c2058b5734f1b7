%% fun f/1 of local functions, passed around and compared.
-module(fun_local_function_refs).
-export([main/0, id/1]).

main() ->
    F = fun double/1, G = fun double/1,
    {F(4), lists:map(fun double/1, [1, 2, 3]), F =:= G, F == fun double/1,
     lists:foldl(fun add/2, 0, [1, 2, 3]), erlang:fun_info(F, type), apply(F, [id(21)]), F =:= fun triple/1}.

double(X) -> X * 2.
triple(X) -> X * 3.
add(A, B) -> A + B.

%% Hides a value from the compiler.
id(X) -> X.
