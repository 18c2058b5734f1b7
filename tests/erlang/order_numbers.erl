%% Sorting integers, big integers and floats mixed.
-module(order_numbers).
-export([main/0, id/1]).

main() ->
    L = [id(3), 2.5, -1, -1.5, 1 bsl 64, 1.0e19, 1.0e20, -(1 bsl 64), -1.0e30, 0, 0.5, 1 bsl 59,
        (1 bsl 59) - 1, 5.764607523034235e17, 1 bsl 1023, 1.0e308],
    {lists:sort(L), lists:usort([1, 1.0, id(2), 2.0, 1]), lists:sort([{1.0, b}, {1, a}, {id(1.0), a}, {1, b}])}.

%% Hides a value from the compiler.
id(X) -> X.
