%% Terms hundreds of thousands deep survive collections, young and old, and can be let go.
-module(deep_collect).
-export([main/0]).

main() ->
    T = nest(300000, leaf), garbage_collect(), U = nest(300000, other), garbage_collect(),
        [garbage_collect(self(), [{type, minor}]) || _ <- [1, 2, 3]],
    {depth(T, 0), depth(U, 0), drop()}.

drop() -> T = nest(100000, x), D = depth(T, 0), garbage_collect(), D.

nest(0, T) -> T;
nest(N, T) -> nest(N - 1, {N, T}).

depth({_, T}, N) -> depth(T, N + 1);
depth(_, N) -> N.
