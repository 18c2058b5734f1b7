%% fun_info of a local fun: type, arity, environment, module.
-module(fun_info_local).
-export([main/0, id/1]).

main() ->
    X = id(1), Y = id({2}), F = fun(A, B) -> {A, B, X, Y} end, G = fun() -> ok end,
    {[erlang:fun_info(F, K) || K <- [type, arity, module, env, name]], erlang:fun_info(G, env),
     erlang:fun_info(G, arity), [K || {K, _} <- erlang:fun_info(F)],
     is_integer(element(2, erlang:fun_info(F, index))), is_pid(element(2, erlang:fun_info(F, pid))),
     e(fun() -> erlang:fun_info(F, id(nope)) end), e(fun() -> erlang:fun_info(id(x), arity) end),
     byte_size(element(2, erlang:fun_info(F, new_uniq)))}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
