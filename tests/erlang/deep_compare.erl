%% Terms two hundred thousand deep are compared, equal and not, as lists, tuples, maps and improper tails.
-module(deep_compare).
-export([main/0]).

main() ->
    [begin A = nest(F, 200000, a), B = nest(F, 200000, a), C = nest(F, 200000, b),
     {A =:= B, A == B, A =:= C, A < C, A > C, max(A, C) =:= C} end
      || F <- [fun(T) -> [T] end, fun(T) -> {T} end, fun(T) -> {x, [T | y]} end]]
      ++ [begin P = nest(fun(T) -> #{k => T} end, 50000, 1), Q = nest(fun(T) -> #{k => T} end, 50000, 1.0),
      {P =:= Q, P == Q} end].

nest(_, 0, T) -> T;
nest(F, N, T) -> nest(F, N - 1, F(T)).
