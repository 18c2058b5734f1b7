%% Bad generators raise bad_generator; a bad filter raises bad_filter, a failing one is false.
-module(exc_in_comprehension).
-export([main/0, id/1]).

main() ->
    [trace(fun() -> [X || X <- id(a)] end), trace(fun() -> [X || X <- id([1 | b])] end),
     trace(fun() -> [X || <<X>> <= id(a)] end), trace(fun() -> [X || X <- [1], id(foo)] end),
     [X || X <- [1, a, 3], X + 1 > 0], trace(fun() -> [X || X <- [1, a], id(X) + 1 > 0] end),
     trace(fun() -> << <<X>> || X <- id([1, a]) >> end), trace(fun() -> << <<X>> || X <- id(foo) >> end)].

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
