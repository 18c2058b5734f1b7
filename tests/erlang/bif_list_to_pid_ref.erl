%% Text of pids, references and funs has their shape, and pids read back.
-module(bif_list_to_pid_ref).
-export([main/0, id/1]).

main() ->
    P = self(), R = make_ref(),
    {list_to_pid(pid_to_list(P)) =:= P, list_to_ref(ref_to_list(R)) =:= R, hd(pid_to_list(P)),
     lists:sublist(ref_to_list(R), 5), erlang:fun_to_list(fun lists:map/2),
     lists:prefix("#Fun<bif_list_to_pid_ref.", erlang:fun_to_list(fun() -> P end)),
     e(fun() -> list_to_pid(id("<0.1>")) end), e(fun() -> list_to_pid(id("abc")) end),
     e(fun() -> list_to_ref(id("#Ref<x>")) end), e(fun() -> pid_to_list(id(a)) end),
     e(fun() -> ref_to_list(id(a)) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
