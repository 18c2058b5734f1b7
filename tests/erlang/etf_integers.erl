%% term_to_binary of integers of every size, byte for byte, and back.
-module(etf_integers).
-export([main/0, id/1]).

main() ->
    Ns = [id(0), 1, 255, 256, -1, -128, (1 bsl 27) - 1, 1 bsl 27, (1 bsl 31) - 1, 1 bsl 31, -(1 bsl 31),
        -(1 bsl 31) - 1, (1 bsl 59), 1 bsl 64, -(1 bsl 64), (1 bsl 200) + 7],
    B = term_to_binary(id(1 bsl 2048)),
    {[both(N) || N <- Ns], binary:part(B, 0, 8), byte_size(B), binary_to_term(B) =:= 1 bsl 2048}.

both(N) -> B = term_to_binary(N), {B, binary_to_term(B) =:= N}.

%% Hides a value from the compiler.
id(X) -> X.
