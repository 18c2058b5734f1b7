%% Bad tables, objects, keys and options are badarg, with error info.
-module(ets_errors).
-export([main/0, id/1]).

main() ->
    T = ets:new(t, [set]), O = ets:new(o, [ordered_set]),
    [cause(fun() -> ets:lookup(id(none_such), a) end), cause(fun() -> ets:insert(T, id(a)), ok end),
     e(fun() -> ets:insert(T, id({})) end), e(fun() -> ets:insert(T, [{a}, id(b)]) end),
     e(fun() -> ets:insert(T, id([{a} | b])) end), cause(fun() -> ets:lookup_element(T, a, 2), ok end),
     cause(fun() -> ets:new(id("x"), []), ok end), e(fun() -> ets:new(t, id([bad])) end),
     e(fun() -> ets:new(t, [{keypos, id(0)}]) end), e(fun() -> ets:next(T, nokey) end), ets:next(O, nokey),
     e(fun() -> ets:delete(id(1)) end), e(fun() -> ets:update_counter(T, a, 1) end),
     e(fun() -> ets:match(T, {id(a)}, 0) end), e(fun() -> ets:select(T, id([bad])) end),
     e(fun() -> ets:rename(T, id(1)) end), e(fun() -> ets:info(id({})) end),
     e(fun() -> ets:info(make_ref()) end)].

%% The reason, the function and its error info, without the arguments: they hold a reference.
cause(F) ->
    try F() catch error:R:S -> [{M, N, _, I} | _] = S, {R, M, N, proplists:get_value(error_info, I, none)} end.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
