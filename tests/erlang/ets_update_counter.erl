%% update_counter: increments, lists of them, thresholds, defaults, big numbers, errors.
-module(ets_update_counter).
-export([main/0, id/1]).

main() ->
    T = ets:new(t, [set]), ets:insert(T, [{c, 1}, {d, 5, 10}, {big, (1 bsl 59) - 1}, {f, 1.5}, {neg, -3}]),
    {ets:update_counter(T, c, 1), ets:update_counter(T, c, -5), ets:update_counter(T, d, {3, 2}),
     ets:update_counter(T, d, [{2, 1}, {3, -1}, {2, 10}]), ets:update_counter(T, d, {2, 100, 50, 0}),
     ets:update_counter(T, d, {2, -100, -10, 7}), ets:update_counter(T, big, 1),
     ets:update_counter(T, big, 1 bsl 70), ets:update_counter(T, new, 3, {new, 0}),
     ets:update_counter(T, new, {2, 4}, {x, 1}), ets:update_counter(T, d, []), ets:lookup(T, d),
     ets:lookup(T, new),
     e(fun() -> ets:update_counter(T, f, 1) end), e(fun() -> ets:update_counter(T, nokey, 1) end),
     e(fun() -> ets:update_counter(T, c, {1, 1}) end), e(fun() -> ets:update_counter(T, c, {5, 1}) end),
     e(fun() -> ets:update_counter(T, c, id(a)) end),
     e(fun() -> ets:update_counter(ets:new(b, [bag]), c, 1) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
