%% Growing and shrinking tuples element by element.
-module(bif_insert_delete_tuples).
-export([main/0]).

main() ->
    Up = lists:foldl(fun(I, T) -> erlang:append_element(T, I) end, {}, lists:seq(1, 100)),
        Down = lists:foldl(fun(_, T) -> erlang:delete_element(1, T) end, Up, lists:seq(1, 95)),
        Mid = lists:foldl(fun(I, T) -> erlang:insert_element(I, T, {I}) end, {z}, lists:seq(1, 5)),
    {tuple_size(Up), erlang:phash2(Up), Down, Mid, list_to_tuple(tuple_to_list(Up)) =:= Up,
     setelement(100, Up, x) > Up}.
