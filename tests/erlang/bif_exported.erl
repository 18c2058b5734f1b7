%% function_exported, is_builtin, module_loaded, module_info and module attributes.
-module(bif_exported).
-export([main/0, id/1]).

-vsn("1.2").
-author({some, body}).

main() ->
    {erlang:function_exported(?MODULE, main, 0), erlang:function_exported(?MODULE, nope, 0),
     erlang:function_exported(id(lists), map, 2), erlang:is_builtin(erlang, abs, 1),
     erlang:is_builtin(lists, map, 2), erlang:module_loaded(?MODULE), erlang:module_loaded(id(no_such_module)),
     lists:sort(proplists:get_value(exports, module_info())), ?MODULE:module_info(module),
     proplists:get_value(vsn, module_info(attributes)),
     proplists:get_value(author, ?MODULE:module_info(attributes)),
     erlang:get_module_info(?MODULE, exports) =:= module_info(exports),
     e(fun() -> ?MODULE:module_info(id(nope)) end), e(fun() -> erlang:function_exported(id("x"), a, 0) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
