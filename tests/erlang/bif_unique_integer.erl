%% unique_integer is unique, and monotonic and positive on demand.
-module(bif_unique_integer).
-export([main/0, id/1]).

main() ->
    L = [erlang:unique_integer() || _ <- lists:seq(1, 100)],
        M = [erlang:unique_integer([monotonic, positive]) || _ <- lists:seq(1, 100)],
    {length(lists:usort(L)), M =:= lists:sort(M), length(lists:usort(M)), lists:all(fun(I) -> I > 0 end, M),
     e(fun() -> erlang:unique_integer(id([bad])) end), e(fun() -> erlang:unique_integer(id(a)) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
