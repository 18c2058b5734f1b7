%% Two versions of a module: old code runs on, check_process_code, soft_purge, purge kills.
-module(otp_code_load_purge).
-export([main/0]).

main() ->
    V = fun(N) -> {ok, M, B} = compile:forms([{attribute, 1, module, corpus_ver},
        {attribute, 1, export, [{v, 0}, {loop, 0}]},
         {function, 2, v, 0, [{clause, 2, [], [], [{integer, 2, N}]}]},
          {function, 3, loop, 0, [{clause, 3, [], [],
           [{'receive', 3, [{clause, 3, [{var, 3, 'From'}], [],
            [{op, 3, '!', {var, 3, 'From'}, {integer, 3, N}}, {call, 3, {atom, 3, loop}, []}]}]}]}]}]),
             {M, B} end,
    {M, B1} = V(1), {M, B2} = V(2), {module, M} = code:load_binary(M, "v1", B1), P = spawn(M, loop, []),
     Mon = monitor(process, P), A = M:v(), ask(P),
    {module, M} = code:load_binary(M, "v2", B2),
     R = {A, M:v(), ask(P), erlang:check_old_code(M), erlang:check_process_code(P, M), code:soft_purge(M),
     code:load_binary(M, "v1", B1), is_process_alive(P), code:purge(M),
     receive {'DOWN', Mon, _, _, W} -> W end, erlang:check_old_code(M), code:is_loaded(M), code:delete(M),
     code:is_loaded(M), code:purge(M), code:load_binary(M, "bad", <<"not beam">>), code:which(M)}, R.

ask(P) -> P ! self(), receive N -> N end.
