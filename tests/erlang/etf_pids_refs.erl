%% Pids and references go through term_to_binary and come back the same.
-module(etf_pids_refs).
-export([main/0]).

main() ->
    P = self(), R = make_ref(), T = {P, [R], #{P => R}},
    <<131, Tag, _/binary>> = term_to_binary(P), <<131, Tag2, _/binary>> = term_to_binary(R),
    {Tag, Tag2, binary_to_term(term_to_binary(T)) =:= T, begin binary_to_term(term_to_binary(P)) ! hi,
     receive M -> M end end}.
