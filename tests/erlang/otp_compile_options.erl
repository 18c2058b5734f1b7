%% compile:forms to Core and to assembly, strong validation, warnings as errors, debug_info.
-module(otp_compile_options).
-export([main/0]).

main() ->
    Fs = [{attribute, 1, module, corpus_opts}, {attribute, 1, export, [{f, 1}]},
        {function, 2, f, 1, [{clause, 2, [{var, 2, 'X'}], [[{op, 2, '>', {var, 2, 'X'}, {integer, 2, 0}}]],
         [{op, 2, '*', {var, 2, 'X'}, {integer, 2, 2}}]}, {clause, 3, [{var, 3, '_'}], [], [{atom, 3, neg}]}]}],
    {ok, corpus_opts, Core} = compile:forms(Fs, [to_core]),
     {ok, corpus_opts, {corpus_opts, Ex, _, Code, _}} = compile:forms(Fs, [to_asm]), A = {attribute, 1, module, x},
    {element(1, Core), Ex, [{N, Ar} || {function, N, Ar, _, _} <- Code],
     [I || {function, f, 1, _, Is} <- Code, I <- Is], element(1, compile:forms(Fs, [strong_validation])),
      compile:forms([A, {function, 1, unused, 0, [{clause, 1, [], [], [{atom, 1, ok}]}]}],
      [warnings_as_errors, return])}.
