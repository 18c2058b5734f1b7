%% math outside of its domain is badarith, with a wrong type badarg or badarith.
-module(math_errors).
-export([main/0, id/1]).

main() ->
    [e(fun() -> math:F(id(X)) end) || {F, X} <- [{sqrt, -1}, {log, 0}, {log, -1}, {log2, 0}, {log10, -5},
     {acos, 2}, {asin, -2}, {acosh, 0.5}, {atanh, 1}, {exp, 1000}, {sin, a}, {sqrt, "x"}, {sinh, 1000},
      {cos, 1 bsl 2000}]]
        ++ [e(fun() -> math:pow(id(-1), 0.5) end), e(fun() -> math:fmod(id(1), 0) end),
            e(fun() -> math:pow(id(0), -1) end), e(fun() -> math:pow(a, id(1)) end),
            trace(fun() -> math:log(id(0)), ok end)].

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
