%% case_clause, if_clause and badmatch carry the value; their trace the line.
-module(exc_case_if_badmatch).
-export([main/0, id/1]).

main() ->
    [trace(fun() -> case id({1, 2}) of {2, _} -> no end end),
     trace(fun() -> X = id(5), if X > 10 -> a; X < 0 -> b end end),
     trace(fun() -> {ok, _} = id({error, enoent}) end),
     trace(fun() ->
                   [A, A] = id([1, 2]),
                   A
           end),
     trace(fun() -> <<_:16>> = id(<<1>>) end), trace(fun() -> #{k := _} = id(#{}) end),
     trace(fun() -> X = id(1), X = id(2) end)].

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
