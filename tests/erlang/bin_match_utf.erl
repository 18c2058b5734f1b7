%% utf8, utf16 and utf32 patterns take valid characters only.
-module(bin_match_utf).
-export([main/0, id/1]).

main() ->
    {[c(B, []) || B <- [id(<<"aé€𝄞z"/utf8>>), <<>>, <<"ab", 128>>, <<192, 128>>, <<224, 128, 128>>,
     <<237, 160, 128>>, <<244, 144, 128, 128>>, <<240, 157, 132>>, <<255>>, <<"x", 226, 130>>]],
     [w(B) || B <- [id(<<"a𝄞"/utf16>>), <<16#D800:16, $a:16>>, <<16#DC00:16>>, <<1>>, <<"€"/utf16>>]],
      [d(B) || B <- [id(<<"a€"/utf32>>), <<16#D800:32>>, <<16#110000:32>>, <<1:24>>]],
     begin <<_:5, C/utf8, _/bits>> = id(<<0:5, 8364/utf8, 1:3>>), C end,
     case id(<<"é"/utf8>>) of <<$e/utf8>> -> e; <<233/utf8>> -> e_acute end,
     case id(<<"abc">>) of <<_/utf8, _/utf8, R/binary>> -> R end}.

c(<<C/utf8, R/binary>>, Acc) -> c(R, [C | Acc]);
c(R, Acc) -> {lists:reverse(Acc), R}.

w(<<C/utf16, R/binary>>) -> [C | w(R)]; w(R) -> R.
d(<<C/utf32, R/binary>>) -> [C | d(R)]; d(R) -> R.

%% Hides a value from the compiler.
id(X) -> X.
