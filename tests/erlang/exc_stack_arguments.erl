%% function_clause, undef and BIF errors put the arguments into the top frame.
-module(exc_stack_arguments).
-export([main/0, id/1]).

main() ->
    [trace(fun() -> only_one(id(2), "two") end), trace(fun() -> no_such_module:f(id(1), [2]) end),
     trace(fun() -> lists:no_such(id(1)) end),
     trace(fun() -> ?MODULE:missing() end), trace(fun() -> atom_to_list(id("x")), ok end),
     trace(fun() -> (fun(a) -> b end)(id(c)) end),
     trace(fun() -> lists:map(id(f), [1]) end), trace(fun() -> lists:nth(id(0), [a]) end)].

only_one(1, _) -> one.

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
