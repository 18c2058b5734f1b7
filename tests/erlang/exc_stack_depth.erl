%% The trace keeps eight frames at most, the innermost.
-module(exc_stack_depth).
-export([main/0]).

main() ->
    {error, bottom, _, Frames} = T = trace(fun() -> f(20) end),
    {length(Frames), T, old_depth()}.

f(0) -> error(bottom);
f(N) -> 1 + f(N - 1).

old_depth() ->
    Old = erlang:system_flag(backtrace_depth, 3),
    {error, bottom, _, Frames} = trace(fun() -> f(20) end),
    {Old, erlang:system_flag(backtrace_depth, Old), Frames}.

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
