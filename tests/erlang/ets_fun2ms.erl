%% ets:fun2ms turns literal funs into match specifications.
-module(ets_fun2ms).
-export([main/0, id/1]).

-include_lib("stdlib/include/ms_transform.hrl").

main() ->
    X = id(3), T = ets:new(t, [ordered_set]), ets:insert(T, [{I, I rem 3, {n, I}} || I <- lists:seq(1, 8)]),
    Ms = [ets:fun2ms(fun({A, B, _}) when A > X, B =:= 0 -> A end),
        ets:fun2ms(fun({A, B, {n, C}}) when A =:= C orelse B < 0 -> {A, [B], X} end),
        ets:fun2ms(fun({A, 1, _} = Whole) when A rem 2 =:= 1 -> Whole; ({A, 2, _}) -> A * 10 end),
        ets:fun2ms(fun(W) when element(1, W) > 6 -> element(3, W) end)],
    [{M, ets:select(T, M)} || M <- Ms].

%% Hides a value from the compiler.
id(X) -> X.
