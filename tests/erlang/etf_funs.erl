%% term_to_binary of external funs byte for byte; of local funs, that they come back equal.
-module(etf_funs).
-export([main/0, id/1]).

main() ->
    X = id(5), F = fun(Y) -> X + Y end, G = binary_to_term(term_to_binary(F)),
    {term_to_binary(fun lists:map/2), binary_to_term(term_to_binary(fun erlang:abs/1)), G(6), G =:= F,
     erlang:fun_info(G, env), (binary_to_term(term_to_binary({F, F})) =:= {F, F})}.

%% Hides a value from the compiler.
id(X) -> X.
