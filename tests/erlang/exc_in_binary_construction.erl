%% Building a binary from the wrong things is badarg, with the segment in the error info.
-module(exc_in_binary_construction).
-export([main/0, id/1]).

main() ->
    [trace(fun() -> <<(id(a))>> end), trace(fun() -> <<1, (id("x"))/binary>> end),
     trace(fun() -> <<(id(1.0)):8>> end), trace(fun() -> <<(id(a))/float>> end),
     trace(fun() -> <<1:(id(-1))>> end), trace(fun() -> <<(id(<<1>>)):(id(2))/binary>> end),
     trace(fun() -> <<(id(-1))/utf8>> end), trace(fun() -> <<(id(<<1:3>>))/binary>> end),
     trace(fun() -> <<0:(id(a))>> end), trace(fun() -> <<(id(16#D800))/utf16>> end)].

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
