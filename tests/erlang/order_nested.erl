%% Deeply nested terms compare by their first difference.
-module(order_nested).
-export([main/0, id/1]).

main() ->
    A = nest(1000, id(x)), B = nest(1000, id(y)),
    {A < B, A =:= A, A == nest(1000, x), max(A, B) =:= B, [A | B] < [B | A], {A, 1} > {B, 0}}.

nest(0, T) -> T;
nest(N, T) when N rem 2 =:= 0 -> nest(N - 1, [{N, T} | N]);
nest(N, T) -> nest(N - 1, #{N => [a, T]}).

%% Hides a value from the compiler.
id(X) -> X.
