%% Elements moved between tuples and lists by many small calls.
-module(bif_tuple_element_update_record).
-export([main/0]).

main() ->
    Rows = [{I, integer_to_list(I), I * I} || I <- lists:seq(1, 20)],
    {lists:keyreplace(3, 1, Rows, {3, new}), lists:keydelete("4", 2, Rows), lists:keytake(25, 3, Rows),
     lists:keystore(99, 1, [{1, a}], {99, z}), lists:keymap(fun(X) -> -X end, 3, lists:sublist(Rows, 2)),
     lists:keymerge(1, [{1, a}, {3, c}], [{2, b}, {3, d}]), [element(2, R) || R <- Rows, element(1, R) > 15]}.
