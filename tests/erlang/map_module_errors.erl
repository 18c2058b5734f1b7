%% Errors of the maps module: badmap, badkey, badarg, with error info.
-module(map_module_errors).
-export([main/0, id/1]).

main() ->
    [trace(fun() -> maps:get(id(a), id(x)), ok end), e(fun() -> maps:put(a, 1, id([])) end),
     e(fun() -> maps:find(a, id({})) end), e(fun() -> maps:update_with(a, fun(V) -> V end, id(#{})) end),
     e(fun() -> maps:from_list(id([a])) end), e(fun() -> maps:from_list(id([{a, 1} | x])) end),
     e(fun() -> maps:keys(id(1)) end), e(fun() -> maps:merge(#{}, id(b)) end),
     e(fun() -> maps:merge(id(a), id(b)) end),
     e(fun() -> maps:map(id(f), #{}) end), e(fun() -> maps:fold(fun(_, _, A) -> A end, 0, id(q)) end),
     e(fun() -> maps:with(id(x), #{}) end), e(fun() -> maps:from_keys(id(x), 1) end),
     e(fun() -> maps:to_list(id(z)) end), e(fun() -> maps:take(a, id(z)) end),
     e(fun() -> maps:filter(fun(_, _) -> maybe_not end, id(#{a => 1})) end),
     e(fun() -> maps:remove(a, id(1)) end), e(fun() -> maps:is_key(a, id(1)) end),
     e(fun() -> maps:size(id(1)) end)].

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
