%% qlc: joins, filters, unique, sort, cursors and tables over ETS.
-module(otp_qlc).
-export([main/0, id/1]).

-include_lib("stdlib/include/qlc.hrl").

main() ->
    T = ets:new(t, [ordered_set]), ets:insert(T, [{I, I rem 3} || I <- lists:seq(1, 9)]),
        L = [{0, zero}, {1, one}, {2, two}], K = id(4),
    Q = qlc:q([{N, W} || {N, R} <- ets:table(T), N > K, {S, W} <- L, R =:= S]), C = qlc:cursor(qlc:sort(Q)),
        A = qlc:next_answers(C, 2), B = qlc:next_answers(C, all_remaining), qlc:delete_cursor(C),
    {lists:sort(qlc:e(Q)), A, B, qlc:e(qlc:q([R || {_, R} <- ets:table(T)], unique)),
     qlc:fold(fun({N, _}, S) -> N + S end, 0, Q),
     qlc:e(qlc:append(qlc:q([X || X <- [1]]), qlc:q([X * 2 || X <- [2, 3]]))),
     qlc:eval(qlc:keysort(1, [{2, b}, {1, a}])), is_list(qlc:info(Q))}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
