%% ms_transform of funs with guards, bound variables and record fields.
-module(otp_ms_transform_records).
-export([main/0, id/1]).

-include_lib("stdlib/include/ms_transform.hrl").
-record(r, {id, name, tags = []}).

main() ->
    Min = id(2), T = ets:new(t, [ordered_set, {keypos, #r.id}]),
        ets:insert(T, [#r{id = I, name = {n, I}} || I <- lists:seq(1, 5)]),
    M1 = ets:fun2ms(fun(#r{id = I, name = N}) when I > Min, I =/= 4 -> {I, N} end),
        M2 = ets:fun2ms(fun(#r{id = I} = R) when I rem 2 =:= 0 -> R#r{tags = [even]} end),
    {M1, ets:select(T, M1), M2, ets:select(T, M2)}.

%% Hides a value from the compiler.
id(X) -> X.
