%% Conversions of lists with bad elements, improper tails and of other types are badarg.
-module(list_conversion_errors).
-export([main/0, id/1]).

main() ->
    [trace(fun() -> list_to_binary(id([256])), ok end), e(fun() -> list_to_binary(id([-1])) end),
     e(fun() -> list_to_binary(id([a])) end), e(fun() -> list_to_binary(id(<<"x">>)) end),
     e(fun() -> list_to_binary(id([1 | 2])) end), e(fun() -> list_to_binary(id([<<1:3>>])) end),
     e(fun() -> iolist_to_binary(id(a)) end), e(fun() -> iolist_size(id([a])) end),
     e(fun() -> list_to_bitstring(id([a])) end), e(fun() -> binary_to_list(id(<<1:3>>)) end),
     e(fun() -> binary_to_list(id("a")) end), e(fun() -> binary_to_list(<<"abc">>, id(0), 1) end),
     e(fun() -> binary_to_list(<<"abc">>, id(3), 2) end), e(fun() -> bitstring_to_list(id(a)) end),
     e(fun() -> erlang:iolist_to_iovec(id([1 | 2])) end), e(fun() -> iolist_size(id([<<1:1>>])) end)].

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
