-module(older).
-compile(r24).
-export([build/2, append/2, comprehension/1, text/1, bits/2]).

%% As OTP 24 builds binaries: room first, then segments.
build(A, B) -> <<A:16, "text", B/binary>>.

append(Binary, X) -> <<Binary/binary, X:32/little>>.

comprehension(Binary) -> << <<(X + 1)>> || <<X>> <= Binary >>.

text(Char) -> <<Char/utf8, Char/utf16>>.

bits(A, Size) -> <<A:Size, 1:1>>.
