%% A mixture of all types comes back equal, and the same bytes come out again.
-module(etf_round_trip_mixture).
-export([main/0, id/1]).

main() ->
    T = id([1, -1, 1 bsl 70, 1.5, a, 'A b', "str", [256, "x" | tail], {}, {1, {2, {3}}}, <<1, 2, 3:5>>,
        #{k => [v], 1 => #{}}, fun lists:map/2, [], [[]], <<>>, lists:seq(1, 20),
        list_to_tuple(lists:seq(1, 20))]),
    B = term_to_binary(T), {binary_to_term(B) =:= T, term_to_binary(binary_to_term(B)) =:= B, B,
        erlang:external_size(T) >= byte_size(B)}.

%% Hides a value from the compiler.
id(X) -> X.
