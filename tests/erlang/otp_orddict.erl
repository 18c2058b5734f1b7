%% orddict: the operations.
-module(otp_orddict).
-export([main/0, id/1]).

main() ->
    D = orddict:from_list([{b, 2}, {a, 1}, {c, 3}]),
    {D, orddict:store(b, 20, D), orddict:fetch(a, D), orddict:find(z, D), orddict:is_key(a, D),
     orddict:erase(a, D), orddict:append(l, 1, D), orddict:append_list(l, [1, 2], D),
     orddict:update(a, fun(X) -> X + 1 end, D), orddict:update(q, fun(X) -> X end, 0, D),
     orddict:update_counter(a, 5, D), orddict:fold(fun(K, V, A) -> [{V, K} | A] end, [], D),
     orddict:map(fun(_, V) -> V * 2 end, D), orddict:filter(fun(_, V) -> V > 1 end, D),
     orddict:merge(fun(_, X, Y) -> X + Y end, D, [{b, 5}, {d, 6}]), orddict:take(a, D), orddict:fetch_keys(D),
     orddict:size(D), e(fun() -> orddict:fetch(id(zz), D) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
