%% select, match and match_object with a limit, and their continuations.
-module(ets_select_limits).
-export([main/0, id/1]).

main() ->
    T = ets:new(t, [ordered_set]), ets:insert(T, [{I, I * 2} || I <- lists:seq(1, 10)]),
        MS = [{{'$1', '_'}, [], ['$1']}],
    {ets:select(T, MS, 100), all(fun ets:select/1, ets:select(T, MS, 3)),
     all(fun ets:match/1, ets:match(T, {'$1', '_'}, 4)),
     all(fun ets:match_object/1, ets:match_object(T, {'_', '_'}, 6)),
     all(fun ets:select/1, ets:select(T, [{{'$1', '_'}, [{'>', '$1', 7}], ['$1']}], 2)),
     ets:select(T, [{{99, '_'}, [], [x]}], 2), ets:select(ets:new(e, []), MS, 1), ets:select('$end_of_table'),
     all(fun ets:select_reverse/1, ets:select_reverse(T, MS, 4)), ets:select_reverse(T, MS),
     e(fun() -> ets:select(T, MS, id(0)) end), e(fun() -> ets:select(id(bad)) end)}.

all(_, '$end_of_table') -> [];
all(F, {L, C}) -> [L | all(F, F(C))].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
