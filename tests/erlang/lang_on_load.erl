%% -on_load runs when a module is loaded, and may refuse.
-module(lang_on_load).
-export([main/0]).

main() ->
    M = fun(Ret) -> {ok, corpus_onload, B} = compile:forms([{attribute, 1, module, corpus_onload},
        {attribute, 1, export, [{v, 0}]}, {attribute, 1, on_load, {init, 0}},
         {function, 2, init, 0, [{clause, 2, [], [],
          [{call, 2, {remote, 2, {atom, 2, persistent_term}, {atom, 2, put}},
           [{atom, 2, corpus_onload}, {atom, 2, ran}]}, {atom, 2, Ret}]}]},
            {function, 3, v, 0, [{clause, 3, [], [], [{integer, 3, 7}]}]}]), B end,
    logger:set_primary_config(level, none), A = code:load_binary(corpus_onload, "x", M(ok)),
        B = {corpus_onload:v(), persistent_term:get(corpus_onload)}, code:delete(corpus_onload),
        code:purge(corpus_onload), C = code:load_binary(corpus_onload, "x", M(refused)),
        D = e(fun() -> corpus_onload:v() end), persistent_term:erase(corpus_onload), {A, B, C, D}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.
