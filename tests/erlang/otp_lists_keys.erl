%% lists: on keys of tuples.
-module(otp_lists_keys).
-export([main/0, id/1]).

main() ->
    L = [{3, c}, {1, a}, {2, b}, {1, z}],
    {lists:keysort(1, L), lists:ukeysort(1, L), lists:keyfind(1, 1, L), lists:keyfind(b, 2, L),
     lists:keymember(9, 1, L), lists:keydelete(1, 1, L), lists:keyreplace(2, 1, L, {2, new}),
     lists:keystore(9, 1, L, {9, n}), lists:keytake(3, 1, L), lists:keytake(9, 1, L),
     lists:keymap(fun(X) -> X * 2 end, 1, L), lists:keymerge(1, [{1, a}, {3, b}], [{2, c}]),
     lists:ukeymerge(1, [{1, a}, {2, x}], [{2, c}]), lists:keysearch(2, 1, L),
     e(fun() -> lists:keysort(3, L) end), e(fun() -> lists:keyfind(a, id(0), L) end), lists:keyfind(1.0, 1, L)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
