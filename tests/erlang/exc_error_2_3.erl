%% error/2 gives the arguments of the frame, error/3 the error info.
-module(exc_error_2_3).
-export([main/0, id/1]).

main() ->
    [trace(fun() -> f(id(1), 2) end), trace(fun() -> g(id(3)) end), trace(fun() -> error(r, none) end),
     trace(fun() -> error(id(r), id([a]), [{error_info, #{cause => why, module => ?MODULE}}]) end),
     e(fun() -> error(r, id(notalist)) end), e(fun() -> error(r, [], id([{bad, 1}])) end)].

f(A, B) -> error({bad, A}, [A, B]).

g(A) ->
    error(badarg, [A], [{error_info, #{module => ?MODULE, cause => other}}]).

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
