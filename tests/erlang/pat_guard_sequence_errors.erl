%% In a guard with alternatives a failing one does not spoil the others.
-module(pat_guard_sequence_errors).
-export([main/0, id/1]).

main() ->
    [f(X) || X <- [id({a, 1}), [1], 4, b, <<8>>, #{x => 1}]].

f(X) when element(2, X) > 0; hd(X) > 0; X > 3, is_integer(X) -> first;
f(X) when tuple_size(X) > 0 orelse byte_size(X) =:= 1 -> second;
f(X) when (is_binary(X) andalso byte_size(X) =:= 1) orelse is_map(X) -> third;
f(_) -> none.

%% Hides a value from the compiler.
id(X) -> X.
