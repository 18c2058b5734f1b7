%% The reasons of badarity and badfun, by call and by apply.
-module(fun_badarity_badfun).
-export([main/0, id/1]).

main() ->
    F = fun(A) -> A end,
    [r(fun() -> F(1, 2) end), r(fun() -> apply(F, id([])) end), r(fun() -> (fun lists:map/2)(id(1)) end),
     r(fun() -> (id(a))() end), r(fun() -> apply(id(<<>>), [1]) end), r(fun() -> (id({lists, map}))(1, 2) end),
     r(fun() -> lists:map(F, id(x)) end), r(fun() -> lists:map(fun() -> 1 end, [a]) end)].

r(F) ->
    try F() catch error:{badarity, {G, As}} -> {badarity, erlang:fun_info(G, arity), As}; error:R -> R end.

%% Hides a value from the compiler.
id(X) -> X.
