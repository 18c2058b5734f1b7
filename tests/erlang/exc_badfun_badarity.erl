%% Calls of what is no fun, and of a fun with another number of arguments.
-module(exc_badfun_badarity).
-export([main/0, id/1]).

main() ->
    Clean = fun({error, {badarity, {F, Args}}, T, St}) when is_function(F) -> {badarity, Args, T, St};
    (X) -> X end,
    [Clean(trace(fun() -> (id(x))(1), ok end)), Clean(trace(fun() -> (id(fun(A) -> A end))(1, 2), ok end)),
     Clean(trace(fun() -> (id({lists, map}))(1), ok end)),
     Clean(trace(fun() -> apply(id(fun() -> ok end), [1]), ok end)),
     Clean(trace(fun() -> (id(fun lists:map/2))(1), ok end)),
     Clean(trace(fun() -> (id(fun lists:nope/1))(1), ok end)), Clean(trace(fun() -> (id(1))(), ok end))].

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
