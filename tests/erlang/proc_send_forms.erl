%% send/2,3, the ! operator's value, sends to dead processes and to bad destinations.
-module(proc_send_forms).
-export([main/0, id/1]).

main() ->
    D = spawn(fun() -> ok end), M = monitor(process, D), receive {'DOWN', M, _, _, _} -> ok end,
    {self() ! a, erlang:send(self(), b), erlang:send(self(), c, []),
     erlang:send(self(), d, [noconnect, nosuspend]), D ! lost, erlang:send(D, lost), [receive X -> X end
     || _ <- [1, 2, 3, 4]], e(fun() -> id(1) ! x end), e(fun() -> id("p") ! x end),
     e(fun() -> {id(a), b, c} ! x end), e(fun() -> erlang:send(self(), x, id([bad])) end),
     erlang:send_nosuspend(self(), n), receive n -> n end}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
