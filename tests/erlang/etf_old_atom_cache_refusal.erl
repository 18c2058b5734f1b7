%% Tags that only the distribution uses are refused by binary_to_term.
-module(etf_old_atom_cache_refusal).
-export([main/0, id/1]).

main() ->
    [e(fun() -> binary_to_term(id(<<131, T, 0, 0, 0, 0, 0, 0>>)) end)
     || T <- [68, 69, 82, 78, 67, 1, 71, 76, 81]].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
