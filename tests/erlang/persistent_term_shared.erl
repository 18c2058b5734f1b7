%% A persistent term is seen by every process, and old values survive in those that hold them.
-module(persistent_term_shared).
-export([main/0]).

main() ->
    K = {?MODULE, big}, V = maps:from_list([{I, {I}} || I <- lists:seq(1, 100)]), persistent_term:put(K, V),
        S = self(),
    P = spawn(fun() -> X = persistent_term:get(K), S ! {has, erlang:phash2(X)},
        receive go -> S ! {still, X =:= V} end end),
    A = receive {has, H} -> H =:= erlang:phash2(V) end, persistent_term:put(K, new), P ! go,
        B = receive {still, T} -> T end, R = {A, B, persistent_term:get(K)}, persistent_term:erase(K), R.
