%% Swapping, interleaving and padding fields in one expression.
-module(bin_construct_from_match).
-export([main/0, id/1]).

main() ->
    {swap(id(<<1, 2, 3, 4, 5, 6>>)), pad(id(<<"abc">>), 8), pad(id(<<"abcdefghi">>), 8),
     inter(<<"abc">>, id(<<"xyz">>)), <<(id(<<1:3>>))/bits, (id(<<2:5>>))/bits>>,
     <<(byte_size(id(<<"hello">>))):16, "hello">>}.

swap(B) -> << <<Y, X>> || <<X, Y>> <= B >>.

pad(B, N) when byte_size(B) rem N =:= 0 -> B;
pad(B, N) -> P = N - byte_size(B) rem N, <<B/binary, 0:(P * 8)>>.

inter(<<A, R/binary>>, <<B, S/binary>>) -> <<A, B, (inter(R, S))/binary>>;
inter(<<>>, <<>>) -> <<>>.

%% Hides a value from the compiler.
id(X) -> X.
