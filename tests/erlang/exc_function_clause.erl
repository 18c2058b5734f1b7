%% function_clause of functions, funs and named funs.
-module(exc_function_clause).
-export([main/0, id/1]).

main() ->
    Named = fun Loop(0) -> done; Loop(N) when N > 0 -> Loop(N - 1) end,
    [trace(fun() -> f(id(a), b) end), trace(fun() -> (fun(1) -> 1; (2) -> 2 end)(id(3)) end), Named(3),
     trace(fun() -> Named(id(-1)) end), trace(fun() -> f(1, id(-1)), ok end)].

f(1, X) when X > 0 -> ok;
f(2, _) -> two.

%% As e/1, with the frames of this module and whether the top one carries error info.
trace(F) ->
    try F() of
        V -> {ok, V}
    catch
        C:R:S -> {C, R, top(S), [{N, arity(A), proplists:get_value(line, I)} || {?MODULE, N, A, I} <- S]}
    end.

top([{M, F, A, I} | _]) -> {M, F, A, proplists:get_value(error_info, I, none)}.

arity(A) when is_list(A) -> length(A);
arity(A) -> A.

%% Hides a value from the compiler.
id(X) -> X.
