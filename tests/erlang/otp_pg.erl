%% pg: groups, members that leave when they die, several scopes.
-module(otp_pg).
-export([main/0]).

main() ->
    {ok, S} = pg:start_link(corpus_scope), P = spawn(fun() -> receive stop -> ok end end), Me = self(),
    R = [pg:join(corpus_scope, g, Me), pg:join(corpus_scope, g, [P, P]),
        length(pg:get_members(corpus_scope, g)), pg:leave(corpus_scope, g, P),
        length(pg:get_members(corpus_scope, g)), pg:which_groups(corpus_scope), pg:leave(corpus_scope, h, Me),
        pg:get_local_members(corpus_scope, nothing), begin M = monitor(process, P), P ! stop,
        receive {'DOWN', M, _, _, _} -> ok end, sys:get_state(S), pg:get_members(corpus_scope, g) =:= [Me] end,
        pg:leave(corpus_scope, g, Me), pg:which_groups(corpus_scope)],
    gen_server:stop(S), R.
