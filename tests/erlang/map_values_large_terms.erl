%% Maps in maps in lists, copied to another process and back.
-module(map_values_large_terms).
-export([main/0]).

main() ->
    M = maps:from_list([{I, #{list => lists:seq(1, I), bin => <<I>>, sub => #{I => {I}}}}
        || I <- lists:seq(1, 50)]), Self = self(),
    spawn(fun() -> receive {P, X} -> P ! {erlang:phash2(X), X} end end) ! {Self, M},
    receive {H, X} -> {H =:= erlang:phash2(M), X =:= M, maps:get(3, X)} end.
