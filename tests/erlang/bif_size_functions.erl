%% byte_size, bit_size, map_size and their errors.
-module(bif_size_functions).
-export([main/0, id/1]).

main() ->
    {byte_size(id(<<1, 2, 3>>)), byte_size(id(<<1:9>>)), bit_size(id(<<1:9>>)), bit_size(id(<<>>)),
     map_size(id(#{a => 1})), size(id(<<1, 2>>)), size(id({1})),
     trace(fun() -> byte_size(id(a)), ok end), trace(fun() -> bit_size(id("x")), ok end),
     trace(fun() -> map_size(id([])), ok end), e(fun() -> size(id(#{})) end)}.

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
