%% Options: []
%% Test: t1
%% erl:   t1: {false,false}
-module(update_element_of_a_missing_key).
-export([main/0]).

main() ->
    [fuzz_show:run(t1, fun t1/0)].

t1() ->
    T = ets:new(t, [set]),
    R = {catch ets:update_element(T, "s", {1, x}), catch ets:update_element(T, "s", {9, x})},
    true = ets:delete(T),
    R.
