%% A value that no clause of `of` takes is a try_clause error, outside of the protected part.
-module(exc_try_clause).
-export([main/0, id/1]).

main() ->
    [e(fun() -> try id(2) of 1 -> one catch _:_ -> caught end end),
     trace(fun() -> try id({a, 3}) of {b, _} -> one after ok end end)].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

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
