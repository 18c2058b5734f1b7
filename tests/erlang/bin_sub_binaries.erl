%% Parts of a large binary: at bytes, at bits, parts of parts, compared and joined.
-module(bin_sub_binaries).
-export([main/0, id/1]).

main() ->
    B = << <<I>> || I <- lists:seq(0, 255) >>,
    <<_:10/binary, S:20/binary, _/binary>> = B, <<_:5, T:40/bits, U/bits>> = S,
    {S, T, bit_size(U), binary_part(S, 5, 3), binary_part(S, 20, -3), S =:= binary_part(B, 10, 20),
     <<T/bits, T/bits>>, T =:= id(<<1:1, 2:39>>), [X || <<X:4>> <= T], binary_part(B, {0, 2})}.

%% Hides a value from the compiler.
id(X) -> X.
