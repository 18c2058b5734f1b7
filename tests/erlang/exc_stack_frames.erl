%% A stack trace holds the callers that still wait, by line; tail calls leave no frame.
-module(exc_stack_frames).
-export([main/0]).

main() ->
    [trace(fun() -> deep(3) end), trace(fun() -> [tail(3)] end), trace(fun() -> {ok, mixed(2)} end)].

deep(0) -> error(bottom);
deep(N) ->
    X = deep(N - 1),
    X + 1.

tail(0) -> error(tail_bottom);
tail(N) -> tail(N - 1).

mixed(0) ->
    lists:map(fun(X) -> X / 0 end, [1]);
mixed(N) ->
    [mixed(N - 1)].

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
