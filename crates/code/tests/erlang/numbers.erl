-module(numbers).
-export([fib/1, bits/2, big/1, compare/2, mask/1, classify/1]).

fib(N) when N < 2 -> N;
fib(N) -> fib(N - 1) + fib(N - 2).

bits(A, B) -> (A band B) bor (A bxor B) bsl 3 bsr 1.

big(X) -> X + 123456789012345678901234567890 - 576460752303423488.

compare(A, B) -> {A == B, A =:= B, A < B, A >= B, A /= B, not (A > B)}.

mask(X) -> (X band 255) + 1.

classify(1) -> one;
classify(2) -> two;
classify(-576460752303423488) -> smallest;
classify(576460752303423488) -> beyond;
classify(1.5) -> float;
classify(a) -> atom;
classify(_) -> other.
