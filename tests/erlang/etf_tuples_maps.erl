%% term_to_binary of tuples, large tuples and maps in the order of their keys.
-module(etf_tuples_maps).
-export([main/0, id/1]).

main() ->
    [term_to_binary(T) || T <- [id({}), {1}, {a, {b}}, #{}, #{a => 1}, #{1 => a, 2 => b}, #{b => 1, a => 2},
     {#{}}]]
        ++ [large(list_to_tuple(lists:seq(1, N))) || N <- [255, 256]]
        ++ [large(maps:from_list([{I, I} || I <- lists:seq(1, 40)]))].

large(T) -> B = term_to_binary(T), {B, byte_size(B), binary_to_term(B) =:= T}.

%% Hides a value from the compiler.
id(X) -> X.
