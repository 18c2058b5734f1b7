%% receive with after 0, N, a computed timeout and infinity.
-module(proc_receive_after).
-export([main/0, id/1]).

main() ->
    self() ! first,
    {receive X -> X after 0 -> none end, receive Y -> Y after 0 -> none end,
     receive never -> no after 10 -> timeout end, receive after 5 -> slept end,
     receive z -> z after id(1) -> one end,
     begin S = self(), spawn(fun() -> receive after 20 -> S ! late end end),
     receive late -> got after infinity -> never end end, e(fun() -> receive after id(-1) -> x end end),
     e(fun() -> receive after id(a) -> x end end), e(fun() -> receive after id(1 bsl 40) -> x end end),
     e(fun() -> receive after id(1.5) -> x end end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
