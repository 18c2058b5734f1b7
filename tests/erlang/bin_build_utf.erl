%% utf8, utf16 and utf32 segments of characters of every length, and the ranges that are refused.
-module(bin_build_utf).
-export([main/0, id/1]).

main() ->
    Cs = [id(0), $a, 127, 128, 16#7FF, 16#800, 16#D7FF, 16#E000, 16#FFFF, 16#10000, 16#10FFFF],
    {[{<<C/utf8>>, <<C/utf16>>, <<C/utf16-little>>, <<C/utf32>>, <<C/utf32-little>>} || C <- Cs],
     <<"aé€𝄞"/utf8>>, <<"aé€𝄞"/utf16>>, <<"a€"/utf32>>,
     [{e(fun() -> <<C/utf8>> end), e(fun() -> <<C/utf16>> end), e(fun() -> <<C/utf32>> end)}
      || C <- [id(16#D800), 16#DFFF, 16#110000, -1, a, 1.0]]}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
