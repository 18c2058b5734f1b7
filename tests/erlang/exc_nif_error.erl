%% erlang:nif_error/1,2 raises an error like error/1,2.
-module(exc_nif_error).
-export([main/0, id/1]).

main() ->
    [trace(fun() -> erlang:nif_error(id(undef)) end),
     trace(fun() -> erlang:nif_error(id({not_loaded, x}), [a, b]) end), e(fun() -> erlang:fault(id(old)) end)].

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
