%% The group leader is inherited, can be set, and gets what io writes.
-module(proc_group_leader).
-export([main/0, id/1]).

main() ->
    S = self(), Old = group_leader(),
    G = spawn(fun L() -> receive {io_request, F, R, {put_chars, unicode, C}} -> S ! {out,
        unicode:characters_to_list(C)}, F ! {io_reply, R, ok}, L();
        {io_request, F, R, {put_chars, unicode, M, Fn, A}} -> S ! {out,
         unicode:characters_to_list(apply(M, Fn, A))}, F ! {io_reply, R, ok}, L();
         {io_request, F, R, _} -> F ! {io_reply, R, {error, request}}, L() end end),
    group_leader(G, self()), A = io:format("hello ~p~n", [1]), B = io:put_chars("x"),
        spawn(fun() -> S ! {child, group_leader() =:= G} end),
    R = {A, B, group_leader() =:= G, receive {out, T} -> T end, receive {out, U} -> U end,
        receive {child, C} -> C end}, group_leader(Old, self()),
        {R, e(fun() -> group_leader(id(a), self()) end), e(fun() -> group_leader(self(), id(b)) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
