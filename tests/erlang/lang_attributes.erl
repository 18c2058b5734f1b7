%% Module attributes, compile info, md5 and native funs of module_info.
-module(lang_attributes).
-export([main/0, id/1]).

-vsn(7).
-custom([{a, 1}]).
-custom(b).

main() ->
    A = module_info(attributes), {lists:keyfind(vsn, 1, A), [V || {custom, V} <- A],
        is_binary(module_info(md5)),
        lists:sort(module_info(functions)) =:= lists:usort(module_info(functions)),
        lists:member({main, 0}, module_info(exports)),
        [K || {K, _} <- module_info(), lists:member(K, [module, exports, attributes, compile, md5])],
         lists:keymember(version, 1, module_info(compile)), module_info(module), module_info(nifs),
         e(fun() -> module_info(id(native)) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
