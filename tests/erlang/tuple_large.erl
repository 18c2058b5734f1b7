%% Tuples of thousands of elements.
-module(tuple_large).
-export([main/0]).

main() ->
    T = list_to_tuple(lists:seq(1, 10000)), U = setelement(5000, T, x),
    {tuple_size(T), element(10000, T), element(5000, U), element(5000, T), T =:= U, erlang:phash2(T),
     lists:sum(tuple_to_list(T)), T < U}.
