%% Byte order marks, and the normal forms NFC, NFD, NFKC, NFKD.
-module(unicode_bom_and_normal_forms).
-export([main/0, id/1]).

main() ->
    S = id([$e, 769, 64257, 8486, 12364, 12363, 12441]),
    {[unicode:bom_to_encoding(B) || B <- [<<239, 187, 191, "x">>, <<254, 255>>, <<255, 254, 0, 0>>,
     <<255, 254, 1, 0>>, <<0, 0, 254, 255>>, <<"no">>]],
     [unicode:encoding_to_bom(E) || E <- [utf8, utf16, {utf16, little}, {utf32, big}, latin1]],
      [unicode:F(S) || F <- [characters_to_nfc_list, characters_to_nfd_list, characters_to_nfkc_list,
       characters_to_nfkd_list]], unicode:characters_to_nfc_binary(<<"A", 204, 138>>),
       unicode:characters_to_nfd_binary([197])}.

%% Hides a value from the compiler.
id(X) -> X.
