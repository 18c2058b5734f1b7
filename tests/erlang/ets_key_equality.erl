%% set tells 1 from 1.0, ordered_set does not.
-module(ets_key_equality).
-export([main/0, id/1]).

main() ->
    [begin T = ets:new(t, [Ty]), ets:insert(T, [{1, int}, {1.0, float}, {{2}, a}, {{2.0}, b}, {"k", c}]),
     {Ty, ets:info(T, size), ets:lookup(T, id(1)), ets:lookup(T, 1.0), ets:lookup(T, {2}),
      ets:member(T, {2.0})} end || Ty <- [set, ordered_set, bag, duplicate_bag]].

%% Hides a value from the compiler.
id(X) -> X.
