%% Appending to a binary in a loop, byte by byte, and keeping earlier versions intact.
-module(bin_append_loop).
-export([main/0, id/1]).

main() ->
    B = lists:foldl(fun(I, Acc) -> <<Acc/binary, I>> end, <<>>, lists:seq(1, 255)),
    C0 = id(<<"base">>), C1 = <<C0/binary, "one">>, C2 = <<C0/binary, "two">>, C3 = <<C1/binary, "+">>,
        C4 = <<C1/binary, "-">>,
    {erlang:phash2(B), byte_size(B), binary:part(B, 100, 5), C0, C1, C2, C3, C4, versions(10, <<>>, [])}.

versions(0, _, Acc) -> Acc;
versions(N, B, Acc) -> versions(N - 1, <<B/binary, (integer_to_binary(N))/binary>>, [B | Acc]).

%% Hides a value from the compiler.
id(X) -> X.
