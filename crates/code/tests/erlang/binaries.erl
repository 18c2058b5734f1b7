-module(binaries).
-export([header/1, count/1, build/3, text/1, comprehension/1, unaligned/1, greeting/1]).

header(<<Version:8, Length:16/little, Flags:4/signed, _:4, Payload:Length/binary, Rest/binary>>) ->
    {Version, Flags, Payload, Rest};
header(<<"short", _/binary>>) -> short;
header(_) -> error.

%% The context goes round the loop.
count(Binary) -> count(Binary, 0).

count(<<$\n, Rest/binary>>, N) -> count(Rest, N + 1);
count(<<_, Rest/binary>>, N) -> count(Rest, N);
count(<<>>, N) -> N.

build(A, B, C) -> <<A:8, B:32/little-signed, "text", C/binary, 1.5:64/float, (byte_size(C)):16/native>>.

text(<<Char/utf8, Rest/binary>>) -> [Char | text(Rest)];
text(<<>>) -> [].

comprehension(Binary) -> << <<(X + 1)>> || <<X>> <= Binary >>.

unaligned(<<A:3, B:5/bits, Tail/bits>>) -> {A, B, Tail}.

greeting(Name) -> <<"hello ", Name/binary>>.
