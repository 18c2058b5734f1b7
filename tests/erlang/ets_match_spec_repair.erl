%% select_replace keeps keys; select_delete counts; match specifications that fail in guards are false.
-module(ets_match_spec_repair).
-export([main/0]).

main() ->
    T = ets:new(t, [set]), ets:insert(T, [{I, I} || I <- lists:seq(1, 6)]),
    {ets:select_replace(T, [{{'$1', '$2'}, [{'>', '$2', 3}], [{{'$1', {'+', '$2', 1000}}}]}]),
     lists:sort(ets:tab2list(T)), e(fun() -> ets:select_replace(T,
     [{{'$1', '$2'}, [], [{{'$2', '$1'}}]}]) end),
      ets:select(T, [{{'$1', '$2'}, [{'>', {hd, '$2'}, 0}], [x]}]),
      ets:select_delete(T, [{{'$1', '_'}, [{'<', '$1', 3}], [true]},
      {{'$1', '_'}, [{'=:=', '$1', 6}], [true]}]), lists:sort(ets:tab2list(T)),
       ets:select_count(T, [{'_', [], [true]}])}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.
