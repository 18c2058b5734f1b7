%% A binary tree of 1,023 processes adds up its leaves.
-module(proc_tree_of_processes).
-export([main/0]).

main() ->
    S = self(), spawn_link(fun() -> node_(S, 9, 1) end), receive {sum, N} -> N end.

node_(Parent, 0, I) -> Parent ! {sum, I};
node_(Parent, D, I) ->
    S = self(), [spawn_link(fun() -> node_(S, D - 1, J) end) || J <- [2 * I, 2 * I + 1]],
    Parent ! {sum, lists:sum([receive {sum, N} -> N end || _ <- [1, 2]])}.
