%% term_to_binary of floats, in the new and in the old format.
-module(etf_floats).
-export([main/0, id/1]).

main() ->
    [{term_to_binary(F), term_to_binary(F, [{minor_version, 0}]),
     binary_to_term(term_to_binary(F, [{minor_version, 0}])) =:= F}
     || F <- [id(0.0), 1.0, -1.5, 0.1, 1.0e300, 5.0e-324]].

%% Hides a value from the compiler.
id(X) -> X.
