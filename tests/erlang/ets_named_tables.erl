%% Named tables: by name, whereis, rename, clash, and the name freed at the end.
-module(ets_named_tables).
-export([main/0]).

main() ->
    N = ets:new(corpus_named, [named_table, public]), W = ets:whereis(corpus_named),
        ets:insert(corpus_named, {a, 1}),
    {N, is_reference(W), ets:lookup(W, a), e(fun() -> ets:new(corpus_named, [named_table]) end),
     ets:rename(corpus_named, corpus_renamed), e(fun() -> ets:lookup(corpus_named, a) end),
     ets:lookup(corpus_renamed, a), ets:info(corpus_renamed, name), ets:info(corpus_renamed, named_table),
     ets:delete(corpus_renamed), ets:whereis(corpus_renamed), ets:info(corpus_renamed),
     ets:new(corpus_named, [named_table])}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.
