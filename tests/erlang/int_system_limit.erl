%% A shift that would make an integer of billions of bits is system_limit, in any process.
-module(int_system_limit).
-export([main/0, id/1]).

main() ->
    [e(fun() -> id(1) bsl id(1 bsl 40) end), e(fun() -> id(-3) bsl id(1 bsl 40) end),
     trace(fun() -> id(1) bsl id(1 bsl 50), ok end)].

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
