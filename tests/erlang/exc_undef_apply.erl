%% Calls of undefined functions are caught as undef, in every form of call.
-module(exc_undef_apply).
-export([main/0, id/1]).

main() ->
    M = id(no_such_mod), F = id(no_such_fun),
    [trace(fun() -> M:F(), ok end), trace(fun() -> M:F(1, 2), ok end),
     trace(fun() -> apply(M, F, [1]), ok end), trace(fun() -> lists:F(1), ok end),
     trace(fun() -> (fun no_such_mod:f/1)(1), ok end), trace(fun() -> apply(lists, F, []), ok end),
     trace(fun() -> erlang:F(1), ok end),
     trace(fun() -> M:F() end), trace(fun() -> ?MODULE:F(a, b) end)].

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
