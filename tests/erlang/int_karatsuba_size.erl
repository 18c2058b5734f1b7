%% Products of numbers of thousands of bits obey the laws of arithmetic.
-module(int_karatsuba_size).
-export([main/0, id/1]).

main() ->
    A = lists:foldl(fun(I, Acc) -> Acc * 4294967291 + I end, id(1), lists:seq(1, 150)),
    B = lists:foldl(fun(I, Acc) -> Acc * 4294967279 - I end, id(1), lists:seq(1, 90)),
    {(A + B) * (A - B) =:= A * A - B * B, (A * B) div B =:= A, (A * B + 17) rem B, A * B =:= B * A,
     erlang:phash2(A * B), (A * A * A) rem 1000000007, A bsr 4000, B rem 1000000000000000000000}.

%% Hides a value from the compiler.
id(X) -> X.
