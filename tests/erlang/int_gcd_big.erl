%% Euclid's algorithm on big integers.
-module(int_gcd_big).
-export([main/0, id/1]).

main() ->
    A = id((1 bsl 200) - 1), B = id((1 bsl 120) - 1),
    {gcd(A, B), gcd(A * 12345678901234567890, B * 987654321), gcd(id(3) * (1 bsl 100), id(5) * (1 bsl 99))}.

gcd(A, 0) -> A;
gcd(A, B) -> gcd(B, A rem B).

%% Hides a value from the compiler.
id(X) -> X.
