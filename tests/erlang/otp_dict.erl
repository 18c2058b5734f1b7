%% dict: store, append, update, fold, merge, and its order-free listing.
-module(otp_dict).
-export([main/0, id/1]).

main() ->
    D = dict:from_list([{K, K * K} || K <- lists:seq(1, 50)]), S = fun(X) -> lists:sort(dict:to_list(X)) end,
    {dict:size(D), dict:fetch(7, D), dict:find(99, D), dict:is_key(5, D),
     lists:sort(dict:fetch_keys(D)) =:= lists:seq(1, 50), S(dict:filter(fun(K, _) -> K > 48 end, D)),
     dict:fetch(3, dict:update(3, fun(V) -> -V end, D)),
     dict:fetch(z, dict:update(z, fun(V) -> V end, init, D)),
     dict:fetch(k, dict:append(k, b, dict:append(k, a, dict:new()))),
     dict:fetch(l, dict:append_list(l, [1, 2], dict:new())),
     dict:fetch(c, dict:update_counter(c, 5, dict:update_counter(c, 1, dict:new()))),
     dict:fold(fun(_, V, A) -> A + V end, 0, D),
     S(dict:merge(fun(_, A, B) -> {A, B} end, dict:from_list([{a, 1}, {b, 2}]), dict:from_list([{b, 3}]))),
     S(dict:map(fun(K, _) -> K end, dict:from_list([{1, a}]))), dict:size(dict:erase(1, D)),
     element(1, dict:take(2, D)), dict:is_empty(dict:new()), e(fun() -> dict:fetch(id(q), D) end),
     erlang:phash2(dict:to_list(D))}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
