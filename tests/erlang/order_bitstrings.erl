%% Bitstrings compare as bits from the front, a prefix first.
-module(order_bitstrings).
-export([main/0, id/1]).

main() ->
    lists:sort(id([<<>>, <<0>>, <<1>>, <<255>>, <<0:1>>, <<1:1>>, <<0:7>>, <<1:7>>, <<127:7>>, <<1, 0>>,
        <<0, 0>>, <<1, 0:3>>, <<1, 7:3>>, <<128>>, <<"abc">>, <<"ab">>, <<"abcd">>, <<2:2>>, <<1:2>>])).

%% Hides a value from the compiler.
id(X) -> X.
