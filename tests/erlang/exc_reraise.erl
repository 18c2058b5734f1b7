%% erlang:raise/3 raises again with the trace that it is given.
-module(exc_reraise).
-export([main/0, id/1]).

main() ->
    {trace(fun() -> try error(id(first)) catch C:R:S -> erlang:raise(C, {again, R}, S) end end),
     trace(fun() -> erlang:raise(error, made, [{mod, func, 2, [{file, "f.erl"}, {line, 7}]}]) end),
     trace(fun() -> erlang:raise(id(throw), made, [{m, f, [a, b], []}]) end),
     e(fun() -> erlang:raise(exit, bye, []) end)}.

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
