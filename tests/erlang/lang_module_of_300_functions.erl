%% A module of three hundred functions, made from forms, each called.
-module(lang_module_of_300_functions).
-export([main/0]).

main() ->
    N = 300, Name = fun(I) -> list_to_atom("f" ++ integer_to_list(I)) end,
    Fs = [{function, I, Name(I), 1, [{clause, I, [{var, I, 'X'}], [],
        [{op, I, '+', {var, I, 'X'}, case I of 1 -> {integer, I, 1};
        _ -> {call, I, {atom, I, Name(I - 1)}, [{integer, I, I}]} end}]}]} || I <- lists:seq(1, N)],
    {ok, corpus_300, B} = compile:forms([{attribute, 1, module, corpus_300},
     {attribute, 1, export, [{Name(I), 1} || I <- lists:seq(1, N)]} | Fs]),
      {module, corpus_300} = code:load_binary(corpus_300, "x", B),
    R = {[corpus_300:F(1) || F <- [f1, f2, f10, f300]],
        lists:sum([apply(corpus_300, Name(I), [0]) || I <- lists:seq(1, N)]),
        length(corpus_300:module_info(exports))}, code:delete(corpus_300), code:purge(corpus_300), R.
