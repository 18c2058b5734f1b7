%% element, setelement, tuple_size, append, insert, delete and make_tuple.
-module(tuple_bifs).
-export([main/0, id/1]).

main() ->
    T = id({a, b, c}),
    {element(1, T), element(3, T), setelement(2, T, x), T, tuple_size(T), size(T), tuple_to_list(T),
     list_to_tuple([1, 2]), list_to_tuple([]),
     erlang:append_element(T, d), erlang:insert_element(1, T, z), erlang:insert_element(4, T, z),
     erlang:delete_element(2, T), erlang:make_tuple(3, x), erlang:make_tuple(0, x),
     erlang:make_tuple(4, d, [{2, two}, {4, four}, {2, again}])}.

%% Hides a value from the compiler.
id(X) -> X.
