%% A term 200,000 deep in a table, in the dictionary and as a persistent term.
-module(deep_ets_and_dictionary).
-export([main/0]).

main() ->
    T = nest(200000, end_), E = ets:new(t, [ordered_set]), ets:insert(E, {T, T}), put(T, T),
        persistent_term:put(?MODULE, T), garbage_collect(),
    R = {ets:lookup(E, T) =:= [{T, T}], get(T) =:= T, persistent_term:get(?MODULE) =:= T,
        ets:match_object(E, {'_', T}) =:= [{T, T}], maps:get(T, #{T => found})},
        persistent_term:erase(?MODULE), R.

nest(0, T) -> T;
nest(N, T) -> nest(N - 1, [T, N]).
