%% Binaries sent to other processes and back are the same bytes, whole, part and bits.
-module(bin_copy_and_hold).
-export([main/0, id/1]).

main() ->
    B = binary:copy(id(<<"0123456789">>), 100), <<_:3, Bits:77/bits, _/bits>> = B,
        Part = binary:part(B, 55, 20), Self = self(),
    P = spawn(fun() -> receive {X, Y, Z} -> Self ! {erlang:phash2(X), Y, Z, <<Y/bits, Z/binary>>} end end),
    P ! {B, Bits, Part},
    receive {H, Y, Z, J} -> {H =:= erlang:phash2(B), Y =:= Bits, Z, bit_size(J), J} end.

%% Hides a value from the compiler.
id(X) -> X.
