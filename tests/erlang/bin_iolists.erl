%% iolists of large and small, bits and bytes.
-module(bin_iolists).
-export([main/0, id/1]).

main() ->
    L = [[<<I>>, [I | <<"-">>]] || I <- lists:seq(65, 70)],
    {iolist_to_binary(L), iolist_size(L), list_to_binary([L, L]), list_to_bitstring([L, <<1:3>>, <<2:5>>]),
     list_to_bitstring([<<1:1>>, $a, "b", <<3:2>>]), iolist_to_binary([]),
     iolist_to_binary(id([<<>>, [], [[]]])), e(fun() -> iolist_to_binary([L, id(<<1:1>>)]) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
