%% -- of long lists removes the first occurrences, and compares exactly.
-module(list_subtract_long).
-export([main/0, id/1]).

main() ->
    L = lists:seq(1, 2000), E = lists:seq(2, 2000, 2),
    {lists:sum(L -- E), length(E -- L), [1, 1.0, a, 2, 1] -- [id(1.0)], lists:flatten([L, L]) -- L =:= L,
     (L ++ L) -- lists:reverse(L) =:= L, [{X} || X <- [3, 1, 2]] -- [{id(1)}]}.

%% Hides a value from the compiler.
id(X) -> X.
