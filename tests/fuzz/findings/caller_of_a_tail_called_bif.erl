%% Options: []
%% Test: t1
%% erl:   t1: {error,badarg,[{erlang,setelement,[8,{11},x],none},{fz_self,t1,0,11}]}
-module(caller_of_a_tail_called_bif).
-export([main/0]).

main() ->
    [fuzz_show:run(t1, fun t1/0)].

t1() ->
    setelement(8, fuzz_show:id({11}), x).
