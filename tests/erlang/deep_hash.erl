%% erlang:phash2 of terms two hundred thousand deep.
-module(deep_hash).
-export([main/0]).

main() ->
    [erlang:phash2(nest(F, 200000, a)) || F <- [fun(T) -> [T] end, fun(T) -> {T} end,
     fun(T) -> {x, [T | y]} end]] ++ [erlang:phash2(nest(fun(T) -> #{k => T} end, 50000, a))].

nest(_, 0, T) -> T;
nest(F, N, T) -> nest(F, N - 1, F(T)).
