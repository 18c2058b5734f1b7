%% code: which, is_loaded, ensure_loaded, get_object_code, all_loaded; errors for what is not there.
-module(otp_code_queries).
-export([main/0]).

main() ->
    {code:ensure_loaded(lists), element(1, code:is_loaded(lists)), code:ensure_loaded(no_such_module_at_all),
     code:is_loaded(no_such_module_at_all), code:which(no_such_module_at_all), code:which(erlang),
     filename:basename(code:which(lists)), code:load_file(no_such_module_at_all),
     begin {M, B, F} = code:get_object_code(ordsets), {M, is_binary(B), filename:basename(F)} end,
     code:get_object_code(no_such_module_at_all), lists:keymember(lists, 1, code:all_loaded()),
     code:lib_dir(no_such_lib), code:module_md5(element(2,
     code:get_object_code(ordsets))) =:= ordsets:module_info(md5), code:is_sticky(lists)}.
