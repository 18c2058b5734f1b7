%% Options: []
%% Test: t1
%% erl:   t1: {error,{badkey,576460752303423489},[{fz_self,t1,0,11}]}
-module(which_missing_key_is_named).
-export([main/0]).

main() ->
    [fuzz_show:run(t1, fun t1/0)].

t1() ->
    (fuzz_show:id(#{0.2 => r1}))#{3.14159 := a, 576460752303423489 := b}.
