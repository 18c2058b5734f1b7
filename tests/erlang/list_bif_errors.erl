%% List BIFs on improper lists and on what is no list.
-module(list_bif_errors).
-export([main/0, id/1]).

main() ->
    [trace(fun() -> hd(id([])), ok end), trace(fun() -> tl(id([])), ok end),
     trace(fun() -> length(id([a | b])), ok end), trace(fun() -> length(id(a)), ok end),
     e(fun() -> hd(id(a)) end), e(fun() -> id([a | b]) ++ [c] end), e(fun() -> id(a) ++ [c] end),
     e(fun() -> id([a]) -- id(b) end), e(fun() -> id([a | c]) -- [b] end),
     e(fun() -> id([a]) -- id([b | c]) end), e(fun() -> lists:reverse(id([a | b])) end),
     e(fun() -> lists:reverse(id(a)) end), e(fun() -> lists:reverse(id(a), []) end),
     e(fun() -> lists:member(a, id(b)) end), e(fun() -> lists:member(c, id([a | b])) end),
     e(fun() -> lists:member(a, id([a | b])) end), e(fun() -> lists:keyfind(a, id(0), []) end),
     e(fun() -> lists:keyfind(a, 1, id([{b} | c])) end), e(fun() -> lists:keyfind(a, 1, id(b)) end)].

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
