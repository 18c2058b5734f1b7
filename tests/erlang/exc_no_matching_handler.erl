%% An exception that no handler matches goes on outwards, with its own trace.
-module(exc_no_matching_handler).
-export([main/0, id/1]).

main() ->
    [e(fun() -> try throw(a) catch error:_ -> no; throw:b -> no end end),
     trace(fun() -> try inner(id(1)) catch throw:_ -> no end end),
     try try error(deep) catch throw:_ -> no end catch error:R -> {outer, R} end].

inner(N) -> [N | error({inner, N})].

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
