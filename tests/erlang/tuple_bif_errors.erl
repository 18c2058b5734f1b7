%% Indices out of range and what is no tuple are badarg, with the operands in the trace.
-module(tuple_bif_errors).
-export([main/0, id/1]).

main() ->
    T = id({a, b, c}),
    [trace(fun() -> element(id(0), T), ok end), trace(fun() -> element(id(4), T), ok end),
     trace(fun() -> element(id(a), T), ok end), trace(fun() -> element(1, id([])), ok end),
     e(fun() -> setelement(id(0), T, x) end), e(fun() -> setelement(id(4), T, x) end),
     e(fun() -> setelement(1, id(foo), x) end), e(fun() -> tuple_size(id([])) end), e(fun() -> size(id(a)) end),
     e(fun() -> tuple_to_list(id([])) end), e(fun() -> list_to_tuple(id([a | b])) end),
     e(fun() -> list_to_tuple(id(a)) end), e(fun() -> erlang:delete_element(4, T) end),
     e(fun() -> erlang:insert_element(5, T, x) end),
     e(fun() -> erlang:make_tuple(id(-1), x) end), e(fun() -> erlang:make_tuple(2, x, id([{3, y}])) end),
     e(fun() -> erlang:append_element(id([]), x) end)].

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
