%% Maps compare by size, then keys in term order, then values; integer keys come before floats.
-module(order_maps).
-export([main/0, id/1]).

main() ->
    Ms = id([#{}, #{a => 1}, #{a => 2}, #{b => 1}, #{a => 1, b => 2}, #{1 => a}, #{1.0 => a}, #{2 => a},
        #{"a" => 1}, #{a => 1, c => 0}, #{1 => z}, #{1.0 => b}, #{{} => 1}]),
    {lists:sort(Ms), #{1 => a} == #{1.0 => a}, #{a => 1} == #{a => 1.0}, #{a => 1} =:= #{a => 1.0},
     #{1 => a} < #{1.0 => a}}.

%% Hides a value from the compiler.
id(X) -> X.
