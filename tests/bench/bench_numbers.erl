%% Big integers and floats.
-module(bench_numbers).

-export([programs/0]).

programs() ->
    [{factorial, 1, fun() -> 3000 end, fun(N) -> repeat(10, fun() -> factorial(N, 1) end) end},
     {fib_big, 4, fun() -> 10000 end, fun(N) -> repeat(10, fun() -> fib(N, 0, 1) end) end},
     {big_print, 10, fun() -> factorial(1500, 1) end, fun(N) -> repeat(10, fun() -> integer_to_list(N) end) end},
     {big_divide, 1, fun() -> {factorial(2000, 1), factorial(1000, 1)} end,
      fun({A, B}) -> repeat(200, fun() -> {A div B, A rem (B + 1)} end) end},
     {mod_power, 6, fun() -> {16#123456789ABCDEF0123456789ABCDEF, (1 bsl 521) - 1} end,
      fun({B, M}) -> repeat(3, fun() -> mod_power(B, M - 2, M, 1) end) end},
     {collatz, 2, fun() -> 30000 end, fun(N) -> collatz(N, 0) end},
     {sieve_bits, 1, fun() -> 20000 end, fun(N) -> primes(N) end},
     {mandelbrot, 3, fun() -> 64 end, fun mandelbrot/1},
     {nbody, 1, fun() -> 20000 end, fun(N) -> nbody(N, bodies()) end},
     {float_loop, 1, fun() -> 2000000 end, fun(N) -> floats(N, 0.0, 1.0) end},
     {math_calls, 4, fun() -> 200000 end, fun(N) -> math(N, 0.0) end}].

repeat(1, F) -> F();
repeat(N, F) -> F(), repeat(N - 1, F).

factorial(0, F) -> F;
factorial(N, F) -> factorial(N - 1, F * N).

fib(0, A, _) -> A;
fib(N, A, B) -> fib(N - 1, B, A + B).

mod_power(_, 0, _, R) -> R;
mod_power(B, E, M, R) when E band 1 =:= 1 -> mod_power(B * B rem M, E bsr 1, M, R * B rem M);
mod_power(B, E, M, R) -> mod_power(B * B rem M, E bsr 1, M, R).

collatz(0, Sum) -> Sum;
collatz(N, Sum) -> collatz(N - 1, Sum + steps(N, 0)).

steps(1, S) -> S;
steps(N, S) when N rem 2 =:= 0 -> steps(N div 2, S + 1);
steps(N, S) -> steps(3 * N + 1, S + 1).

%% A sieve in one large integer.
primes(N) -> primes(2, N, (1 bsl (N + 1)) - 1, 0).

primes(P, N, _, Count) when P > N -> Count;
primes(P, N, Bits, Count) ->
    case (Bits bsr P) band 1 of
        1 when P < 20 -> primes(P + 1, N, clear(P * P, P, N, Bits), Count + 1);
        1 -> primes(P + 1, N, Bits, Count + 1);
        0 -> primes(P + 1, N, Bits, Count)
    end.

clear(I, _, N, Bits) when I > N -> Bits;
clear(I, P, N, Bits) -> clear(I + P, P, N, Bits band bnot (1 bsl I)).

mandelbrot(N) ->
    lists:sum([point(-2.0 + 3.0 * X / N, -1.5 + 3.0 * Y / N, 0.0, 0.0, 200)
               || X <- lists:seq(1, N), Y <- lists:seq(1, N)]).

point(_, _, _, _, 0) -> 0;
point(_, _, X, Y, N) when X * X + Y * Y > 4.0 -> N;
point(A, B, X, Y, N) -> point(A, B, X * X - Y * Y + A, 2.0 * X * Y + B, N - 1).

bodies() ->
    [{0.0, 0.0, 0.0, 0.0, 39.47841760435743}, {4.84143144246472, -1.16032004402743, 0.6063263929958,
      2.81198684491626, 0.03769367487038949}, {8.34336671824458, 4.1247985641243, -1.01077434617879,
      1.82566237123041, 0.011286326131968767}, {12.8943695621391, -15.1111514016986, 1.08279100644154,
      0.868713018169608, 0.0017237240570597112}, {15.3796971148509, -25.9193146099879, 0.97909073224389,
      0.594698998647676, 0.0020336868699246304}].

nbody(0, Bodies) -> Bodies;
nbody(N, Bodies) -> nbody(N - 1, [move(B, Bodies) || B <- Bodies]).

move({X, Y, VX, VY, M}, Bodies) ->
    {AX, AY} = pull(X, Y, Bodies, 0.0, 0.0),
    VX1 = VX + 0.001 * AX,
    VY1 = VY + 0.001 * AY,
    {X + 0.001 * VX1, Y + 0.001 * VY1, VX1, VY1, M}.

pull(_, _, [], AX, AY) -> {AX, AY};
pull(X, Y, [{X1, Y1, _, _, M} | Rest], AX, AY) ->
    DX = X1 - X,
    DY = Y1 - Y,
    D2 = DX * DX + DY * DY + 0.01,
    F = M / (D2 * math:sqrt(D2)),
    pull(X, Y, Rest, AX + DX * F, AY + DY * F).

floats(0, A, _) -> A;
floats(N, A, B) -> floats(N - 1, A + 1.0 / B, -(B + 2.0 * (B / abs(B)))).

math(0, A) -> A;
math(N, A) -> math(N - 1, A + math:sin(N * 0.001) * math:exp(-A * 0.001) + math:pow(1.0001, 3)).
