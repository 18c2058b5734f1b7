%% A binary that does not match is badmatch, case_clause or function_clause with the binary as it was.
-module(bin_match_fail_errors).
-export([main/0, id/1]).

main() ->
    B = id(<<1, 2, 3>>),
    [e(fun() -> <<_:32>> = B end), e(fun() -> <<2, _/binary>> = B end),
     e(fun() -> case B of <<_:8>> -> x; <<_:64>> -> y end end), trace(fun() -> f(B) end),
     e(fun() -> <<_/binary>> = id(a) end), e(fun() -> S = id(-1), <<_:S, _/bits>> = B end),
     e(fun() -> S = id(a), <<_:S, _/bits>> = B end), e(fun() -> <<A:16, A:8>> = id(<<1, 2, 3>>) end)].

f(<<9, R/binary>>) -> R;
f(<<>>) -> empty.

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
