%% binary:split and replace with their options.
-module(bin_module_split_replace).
-export([main/0, id/1]).

main() ->
    B = id(<<"a,b;c,,d">>),
    {binary:split(B, <<",">>), binary:split(B, <<",">>, [global]),
     binary:split(B, [<<",">>, <<";">>], [global]), binary:split(B, <<",">>, [global, trim]),
     binary:split(<<",a,,b,">>, <<",">>, [global, trim]),
     binary:split(<<",a,,b,">>, <<",">>, [global, trim_all]), binary:split(B, <<"x">>),
     binary:split(<<>>, <<",">>), binary:split(B, <<",">>, [{scope, {2, 6}}]),
     binary:replace(B, <<",">>, <<"--">>), binary:replace(B, <<",">>, <<>>, [global]),
     binary:replace(B, [<<",">>, <<";">>], <<"[]">>, [global, {insert_replaced, 1}]),
     binary:replace(B, <<"q">>, <<"z">>), e(fun() -> binary:split(B, <<",">>, [id(bad)]) end),
     e(fun() -> binary:replace(B, id(x), <<>>) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
