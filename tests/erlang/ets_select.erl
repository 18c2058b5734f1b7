%% select with guards and bodies of every kind.
-module(ets_select).
-export([main/0]).

main() ->
    T = ets:new(t, [ordered_set]), ets:insert(T, [{I, I * I, if I rem 2 =:= 0 -> even; true -> odd end}
        || I <- lists:seq(1, 10)]),
    {ets:select(T, [{{'$1', '$2', even}, [], ['$2']}]),
     ets:select(T, [{{'$1', '$2', '_'}, [{'>', '$2', 50}], [{{'$1', '$2'}}]}]),
     ets:select(T, [{{'$1', '_', '_'}, [{'<', '$1', 4}], ['$$']}]),
     ets:select(T, [{{'$1', '_', '_'}, [{'==', {'rem', '$1', 3}, 0}], ['$_']}]),
     ets:select(T, [{{'$1', '_', odd}, [{'orelse', {'=:=', '$1', 1}, {'=:=', '$1', 9}}],
     [{{'$1', {const, {tag}}, "s"}}]}]),
     ets:select(T, [{{1, '_', '_'}, [], [one]}, {{2, '_', '_'}, [], [two]},
     {{'$1', '_', odd}, [{'>', '$1', 7}], [{'+', '$1', 100}]}]),
      ets:select(T, [{'$1', [{'>', {element, 1, '$1'}, 9}], [{element, 2, '$1'}]}]),
      ets:select_count(T, [{{'_', '_', odd}, [], [true]}]),
      ets:select_count(T, [{{'_', '_', odd}, [], [yes]}]),
      ets:select_delete(T, [{{'$1', '_', '_'}, [{'>', '$1', 3}], [true]}]), ets:tab2list(T),
      ets:select_replace(T, [{{'$1', '$2', odd}, [], [{{'$1', {'*', '$2', 2}, odd}}]}]), ets:tab2list(T)}.
