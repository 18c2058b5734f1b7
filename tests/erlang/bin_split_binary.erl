%% split_binary and binary_part with good and bad positions.
-module(bin_split_binary).
-export([main/0, id/1]).

main() ->
    B = id(<<"abcdef">>),
    {split_binary(B, 0), split_binary(B, 2), split_binary(B, 6),
     trace(fun() -> split_binary(B, id(7)), ok end), e(fun() -> split_binary(B, id(-1)) end),
     e(fun() -> split_binary(id("x"), 0) end), binary_part(B, 6, 0), binary_part(B, 6, -6),
     trace(fun() -> binary_part(B, 5, id(2)), ok end), e(fun() -> binary_part(B, -1, id(1)) end),
     e(fun() -> binary_part(B, id({1})) end), split_binary(id(<<1, 2, 3:4>>), 1)}.

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
