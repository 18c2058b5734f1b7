%% Funs of a module made at run time keep working while it is loaded.
-module(fun_of_new_module).
-export([main/0, id/1]).

main() ->
    Forms = [{attribute, 1, module, fun_made}, {attribute, 1, export, [{make, 1}]},
        {function, 2, make, 1, [{clause, 2, [{var, 2, 'X'}], [],
         [{'fun', 3, {clauses, [{clause, 3, [{var, 3, 'Y'}], [],
          [{op, 3, '+', {var, 3, 'X'}, {var, 3, 'Y'}}]}]}}]}]}],
    {ok, fun_made, Code} = compile:forms(Forms),
    {module, fun_made} = code:load_binary(fun_made, "fun_made.beam", Code),
    F = fun_made:make(id(5)),
    R = {F(6), erlang:fun_info(F, module), erlang:fun_info(F, env), erlang:fun_info(F, type),
        e(fun() -> F(a) end)},
    true = code:delete(fun_made),
    {R, code:purge(fun_made), e(fun() -> fun_made:make(1) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
