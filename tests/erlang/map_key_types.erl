%% Keys of every type are told apart exactly.
-module(map_key_types).
-export([main/0, id/1]).

main() ->
    Ks = [id(1), 1.0, a, "a", <<"a">>, {a}, [a], [], {}, <<>>, #{}, #{a => 1}, 1 bsl 70, -0.5, <<1:3>>,
        fun lists:map/2, self()],
    M = maps:from_list(lists:zip(Ks, lists:seq(1, length(Ks)))),
    {map_size(M), [maps:get(K, M) || K <- Ks],
     [maps:is_key(K, M) || K <- [b, 2, 1.5, [b], {b}, <<"b">>, #{a => 1.0}, 0]],
      [maps:get(K, maps:remove(K, M), gone) || K <- Ks]}.

%% Hides a value from the compiler.
id(X) -> X.
