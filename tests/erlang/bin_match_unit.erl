%% Units: tails of whole units, binaries counted in other units.
-module(bin_match_unit).
-export([main/0, id/1]).

main() ->
    [[tail1(B), tail8(B), tail3(B), tail16(B), two(B)]
     || B <- [id(<<>>), <<1>>, <<1, 2>>, <<1:3>>, <<1:6>>, <<1, 2, 3>>, <<1:24>>, <<5:48>>]].

tail1(<<B/bitstring>>) -> B.
tail8(<<B/binary>>) -> B; tail8(_) -> no8.
tail3(<<B/binary-unit:3>>) -> B; tail3(_) -> no3.
tail16(<<_:8, B/binary-unit:16>>) -> B; tail16(_) -> no16.
two(<<A:2/binary-unit:3, R/bits>>) -> {A, R}; two(_) -> short.

%% Hides a value from the compiler.
id(X) -> X.
