%% A term 20,000 deep is printed by ~w, by ~p and by ~P.
-module(deep_print).
-export([main/0]).

main() ->
    T = nest(20000, x), {length(lists:flatten(io_lib:format("~w", [T]))),
        length(lists:flatten(io_lib:format("~0p", [T]))), lists:flatten(io_lib:format("~P", [T, 6])),
        length(lists:flatten(io_lib:format("~w", [lists:seq(1, 20000)])))}.

nest(0, T) -> T;
nest(N, T) -> nest(N - 1, {T}).
