%% Equality and order of bitstrings at different offsets.
-module(bin_compare_bits).
-export([main/0, id/1]).

main() ->
    B = id(<<16#F0F0F0F0F0:40>>), <<_:4, X:16/bits, _/bits>> = B, <<_:12, Y:16/bits, _/bits>> = B,
        <<Z:16/bits, _/bits>> = B, <<_:1, W:15/bits, _/bits>> = B,
    {X, Y, Z, W, X =:= Y, X == Z, X < Z, Z > W, X =:= <<16#0F0F:16>>, <<1:3>> =:= <<1:4>>, <<1:3>> < <<1:4>>,
     lists:sort([X, Z, W, <<>>]), #{X => found} =:= #{Y => found}, erlang:phash2(X) =:= erlang:phash2(Y),
     {X} =:= {Y}}.

%% Hides a value from the compiler.
id(X) -> X.
