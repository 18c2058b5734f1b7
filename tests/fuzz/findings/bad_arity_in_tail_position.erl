%% Options: []
%% Test: t1
%% erl:   t1: {error,{badarity,{{'#fun',1},[]}},[{fz_self,t1,0,12}]}
-module(bad_arity_in_tail_position).
-export([main/0]).

main() ->
    [fuzz_show:run(t1, fun t1/0)].

t1() ->
    F = fuzz_show:id(fun(X) -> X end),
    F().
