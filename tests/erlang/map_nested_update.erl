%% Updates three levels deep leave the old map as it was.
-module(map_nested_update).
-export([main/0, id/1]).

main() ->
    M = id(#{user => #{name => "ann", tags => #{a => 1}}, n => 0}), #{user := #{tags := T} = U} = M,
    N = M#{user := U#{tags := T#{b => 2}}, n := 1},
    {M, N, maps:get(tags, maps:get(user, N)), lists:foldl(fun(K, A) -> #{K => A} end, leaf, [c, b, a])}.

%% Hides a value from the compiler.
id(X) -> X.
