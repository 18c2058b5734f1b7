%% A bit-by-bit walk: run lengths and a checksum.
-module(bin_bits_walk).
-export([main/0, id/1]).

main() ->
    B = id(<<2#1110001011110000:16, 2#101:3>>),
    {runs(B, none, 0, []), parity(B, 0), lists:sum([X || <<X:1>> <= B]), reverse(B, <<>>)}.

runs(<<X:1, R/bits>>, X, N, Acc) -> runs(R, X, N + 1, Acc);
runs(<<X:1, R/bits>>, none, _, Acc) -> runs(R, X, 1, Acc);
runs(<<X:1, R/bits>>, Y, N, Acc) -> runs(R, X, 1, [{Y, N} | Acc]);
runs(<<>>, Y, N, Acc) -> lists:reverse([{Y, N} | Acc]).

parity(<<X:1, R/bits>>, P) -> parity(R, P bxor X);
parity(<<>>, P) -> P.

reverse(<<X:1, R/bits>>, Acc) -> reverse(R, <<X:1, Acc/bits>>);
reverse(<<>>, Acc) -> Acc.

%% Hides a value from the compiler.
id(X) -> X.
