%% test_ms, match_spec_compile, match_spec_run and is_compiled_ms.
-module(ets_test_ms).
-export([main/0, id/1]).

main() ->
    Ms = [{{'$1', '$2'}, [{'>', '$1', 1}], [{{'$2', '$1'}}]}], C = ets:match_spec_compile(Ms),
    {ets:test_ms({2, a}, Ms), ets:test_ms({1, a}, Ms), ets:test_ms({2}, Ms),
     ets:test_ms({2, a}, id([{bad}])) =:= x, ets:match_spec_run([{1, a}, {2, b}, {3, c}, {4}], C),
     ets:is_compiled_ms(C), ets:is_compiled_ms(id(x)), e(fun() -> ets:match_spec_compile(id([{a}])) end),
     e(fun() -> ets:match_spec_run(id(a), C) end), e(fun() -> ets:match_spec_run([{1, 2} | id(x)], C) end),
     e(fun() -> ets:match_spec_run([], id(nocomp)) end),
     ets:test_ms({1, 2}, [{'_', [{no_such_fun, 1}], [true]}]) =/= ok}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
