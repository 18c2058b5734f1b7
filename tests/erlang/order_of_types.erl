%% number < atom < reference < fun < port < pid < tuple < map < list < bitstring.
-module(order_of_types).
-export([main/0, id/1]).

main() ->
    Terms = [{number, id(1)}, {float, 2.5}, {atom, a}, {ref, make_ref()}, {function, fun() -> 1 end},
        {pid, self()}, {tuple, {}}, {map, #{}}, {nil, []}, {list, [1]}, {bits, <<>>}],
    {[{A, B, X < Y} || {A, X} <- Terms, {B, Y} <- Terms, A =/= B],
     [K || {_, K} <- lists:sort([{V, K} || {K, V} <- lists:reverse(Terms)])]}.

%% Hides a value from the compiler.
id(X) -> X.
