%% erlang:phash2 of binaries and bitstrings of every alignment is that of OTP.
-module(phash2_binaries).
-export([main/0, id/1]).

main() ->
    Long = list_to_binary([I band 255 || I <- lists:seq(1, 1000)]),
    <<_:3, Bits:101/bits, _/bits>> = id(Long),
    <<_:16, Sub:50/binary, _/binary>> = Long,
    [erlang:phash2(T) || T <- [id(<<>>), <<0>>, <<1>>, <<"a">>, <<"abc">>, <<"abcdefgh">>, <<"abcdefghijk">>,
     <<"abcdefghijkl">>, <<"abcdefghijklm">>, <<1:1>>, <<5:3>>, <<1, 5:3>>, <<1:63>>, Long, Bits, Sub,
     binary:copy(Sub)]].

%% Hides a value from the compiler.
id(X) -> X.
