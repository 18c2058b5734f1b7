%% counters: add, sub, put, get, both kinds.
-module(counters_basic).
-export([main/0]).

main() ->
    [begin C = counters:new(2, [K]), {K, counters:get(C, 1), counters:add(C, 1, 5), counters:sub(C, 1, 7),
     counters:get(C, 1), counters:put(C, 2, 42), counters:get(C, 2), lists:sort(maps:keys(counters:info(C))),
     maps:get(size, counters:info(C))} end || K <- [atomics, write_concurrency]].
