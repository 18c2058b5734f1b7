%% A term a hundred thousand deep goes to another process and back, and into a fun's environment.
-module(deep_send).
-export([main/0]).

main() ->
    S = self(), T = nest(100000, []), F = fun() -> T end,
    spawn(fun() -> receive {X, G} -> S ! {X, G} end end) ! {T, F},
    receive {X, G} -> {X =:= T, G() =:= T, depth(X, 0), erts_debug:flat_size(X)} end.

nest(0, T) -> T;
nest(N, T) -> nest(N - 1, {[T]}).

depth([], N) -> N;
depth({[T]}, N) -> depth(T, N + 1).
