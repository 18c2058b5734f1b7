%% Guards on sizes of binaries and on their parts.
-module(bin_size_guard).
-export([main/0, id/1]).

main() ->
    [f(B) || B <- [id(<<>>), <<1>>, <<1, 2>>, <<1:4>>, <<1, 2, 3, 4>>, <<"magic!">>, a]].

f(B) when bit_size(B) =:= 0 -> empty;
f(B) when bit_size(B) rem 8 =/= 0 -> bits;
f(B) when byte_size(B) >= 5, binary_part(B, 0, 5) =:= <<"magic">> -> magic;
f(B) when size(B) =:= 1; byte_size(B) =:= 2 -> small;
f(B) when is_binary(B) -> binary;
f(_) -> other.

%% Hides a value from the compiler.
id(X) -> X.
