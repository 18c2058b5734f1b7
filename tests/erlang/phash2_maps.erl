%% erlang:phash2 of maps, small and hashed, does not depend on how they were made.
-module(phash2_maps).
-export([main/0, id/1]).

main() ->
    M = maps:from_list([{I, integer_to_list(I)} || I <- lists:seq(1, 100)]),
    N = lists:foldl(fun(I, A) -> A#{I => integer_to_list(I)} end, #{}, lists:seq(100, 1, -1)),
    [erlang:phash2(T) || T <- [id(#{}), #{a => 1}, #{a => 1, b => 2}, #{b => 2, a => 1}, #{1 => #{2 => 3}},
     #{"k" => <<"v">>}, {#{}}, [#{}], M, N, M#{101 => x}, maps:remove(1, M)]].

%% Hides a value from the compiler.
id(X) -> X.
