%% Huffman codes by bit strings: built, encoded, decoded.
-module(lang_bit_compression).
-export([main/0]).

main() ->
    Text = "abracadabra alakazam", Freq = maps:to_list(lists:foldl(fun(C, M) -> maps:update_with(C,
        fun(N) -> N + 1 end, 1, M) end, #{}, Text)), Tree = build(lists:sort([{N, C} || {C, N} <- Freq])),
        Codes = maps:from_list(codes(Tree, <<>>)), Enc = << <<(maps:get(C, Codes))/bits>> || C <- Text >>,
    {bit_size(Enc), Enc, decode(Enc, Tree, Tree), lists:sort(maps:to_list(Codes))}.

build([{_, T}]) -> T;
build([{N, A}, {M, B} | R]) -> build(lists:sort([{N + M, {A, B}} | R])).

codes({A, B}, P) -> codes(A, <<P/bits, 0:1>>) ++ codes(B, <<P/bits, 1:1>>);
codes(C, P) -> [{C, P}].

decode(B, {L, R}, T) -> <<Bit:1, Rest/bits>> = B, decode(Rest, case Bit of 0 -> L; 1 -> R end, T);
decode(<<>>, C, _) -> [C];
decode(B, C, T) -> [C | decode(B, T, T)].
