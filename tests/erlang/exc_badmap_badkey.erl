%% badmap and badkey, by syntax and by BIF, with their traces.
-module(exc_badmap_badkey).
-export([main/0, id/1]).

main() ->
    [trace(fun() -> M = id(not_a_map), M#{a => 1} end), trace(fun() -> M = id(#{}), M#{a := 1} end),
     trace(fun() -> maps:get(id(a), id(#{})), ok end), trace(fun() -> map_get(id(a), id(#{b => 1})), ok end),
     trace(fun() -> map_get(a, id([])), ok end),
     trace(fun() -> maps:put(a, 1, id(x)), ok end), trace(fun() -> maps:update(a, 1, id(#{})), ok end),
     trace(fun() -> M = id([]), M#{a := 1} end), trace(fun() -> map_size(id(x)), ok end)].

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
