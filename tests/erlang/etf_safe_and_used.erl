%% The options safe (no new atoms) and used (how many bytes).
-module(etf_safe_and_used).
-export([main/0, id/1]).

main() ->
    Name = list_to_binary(["etf_atom_", "never_", "made"]), New = <<131, 119, (byte_size(Name)), Name/binary>>,
    {e(fun() -> binary_to_term(New, [safe]) end), binary_to_term(term_to_binary({main, [1, "x"]}), [safe]),
     binary_to_term(id(<<131, 97, 7, "trailing">>), [used]),
     e(fun() -> binary_to_term(id(<<131, 97, 7, 1>>), [safe]) end),
     binary_to_term(term_to_binary(id(fun lists:map/2)), [safe]),
     e(fun() -> binary_to_term(<<131, 97, 1>>, id([bad])) end), is_atom(binary_to_term(New)),
     e(fun() -> binary_to_term(New, [safe, used]) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
