%% hibernate/3 drops the stack and goes on in the given function at the next message.
-module(proc_hibernate).
-export([main/0, id/1]).

-export([awake/2]).

main() ->
    S = self(), P = spawn(fun() -> put(kept, yes),
        try erlang:hibernate(?MODULE, awake, [S, arg]) catch _:_ -> S ! caught end end),
    receive after 10 -> ok end, I = process_info(P, current_function), P ! wake,
    {I, receive M -> M end, e(fun() -> erlang:hibernate(id(1), f, []) end)}.

awake(S, A) -> receive wake -> S ! {awake, A, get(kept)} end.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
