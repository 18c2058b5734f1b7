%% Arithmetic on anything but numbers is badarith; the top frame is the operator where OTP names it.
-module(int_badarith_operands).
-export([main/0, id/1]).

main() ->
    Bad = [id(a), "1", {1}, <<"1">>, [], #{}],
    [[trace(fun() -> 1 + id(B) end), trace(fun() -> id(B) - 1 end), trace(fun() -> id(B) * id(B) end),
     trace(fun() -> id(B) / 2 end)] || B <- Bad].

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
