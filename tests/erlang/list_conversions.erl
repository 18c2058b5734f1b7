%% iolists, strings, binaries and integers into each other.
-module(list_conversions).
-export([main/0, id/1]).

main() ->
    {list_to_binary(id([1, [2, <<3, 4>>], [], [[5 | <<6>>]]])), iolist_to_binary(id(<<"x">>)),
     iolist_size(id(["abc", <<"de">>, $f])), list_to_bitstring(id([1, <<2:4>>])),
     binary_to_list(id(<<"abc">>)), binary_to_list(id(<<"abcdef">>), 2, 4),
     bitstring_to_list(id(<<1, 2, 3:3>>)), list_to_binary([]),
     erlang:iolist_to_iovec(id([<<"a">>, "b", [<<"c">>]])), atom_to_list(id(ab)),
     float_to_list(id(1.5), [{decimals, 1}]), list_to_bitstring([<<1:1>>, id(<<2:2>>)]), [id($a) | "bc"]}.

%% Hides a value from the compiler.
id(X) -> X.
