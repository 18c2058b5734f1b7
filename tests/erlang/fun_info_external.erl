%% fun_info of an external fun, and its printing.
-module(fun_info_external).
-export([main/0, id/1]).

main() ->
    F = fun lists:map/2, M = id(erlang), G = fun M:abs/1,
    {[erlang:fun_info(F, K) || K <- [type, arity, module, env, name]], [K || {K, _} <- erlang:fun_info(G)],
     F =:= fun lists:map/2, G =:= fun erlang:abs/1, F =:= G, erlang:fun_to_list(F),
     lists:flatten(io_lib:format("~p ~w", [F, G])), G(-1), is_function(F, 2),
     erlang:make_fun(id(lists), reverse, 1) =:= fun lists:reverse/1, fun lists:map/2 < fun lists:mapp/2,
     erlang:fun_info(fun no:such/3, arity)}.

%% Hides a value from the compiler.
id(X) -> X.
