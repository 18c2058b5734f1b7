%% atomics: put, get, add, sub, exchange, compare_exchange, signed and unsigned.
-module(atomics_basic).
-export([main/0]).

main() ->
    A = atomics:new(3, [{signed, true}]), U = atomics:new(2, [{signed, false}]),
    {[atomics:get(A, I) || I <- [1, 2, 3]], atomics:put(A, 1, 5), atomics:add_get(A, 1, 3),
     atomics:sub_get(A, 1, 10), atomics:add(A, 2, 7), atomics:sub(A, 2, 1), atomics:get(A, 2),
     atomics:exchange(A, 2, 100), atomics:compare_exchange(A, 2, 100, 1),
     atomics:compare_exchange(A, 2, 100, 2), atomics:sub_get(U, 1, 1), atomics:add_get(U, 1, 2),
     maps:remove(memory, atomics:info(U)), maps:remove(memory, atomics:info(A))}.
