%% Rounding what is no number is badarg, with error info.
-module(float_round_errors).
-export([main/0, id/1]).

main() ->
    [trace(fun() -> round(id(a)), ok end), trace(fun() -> trunc(id("x")), ok end),
     trace(fun() -> floor(id({})), ok end), trace(fun() -> ceil(id(<<>>)), ok end),
     trace(fun() -> float(id(x)), ok end)].

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
