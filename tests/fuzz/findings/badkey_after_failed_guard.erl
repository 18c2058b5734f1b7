%% Options: []
%% Test: t1
%% erl:   t1: {error,{badkey,b},[{fz_self,t1,0,12}]}
-module(badkey_after_failed_guard).
-export([main/0]).

main() ->
    [fuzz_show:run(t1, fun t1/0)].

t1() ->
    no = first_above_two(fuzz_show:id(k2)),
    (fuzz_show:id(#{a => 1}))#{b := 1}.
first_above_two(X) when element(1, X) > 2 ->
    yes;
first_above_two(_) ->
    no.
