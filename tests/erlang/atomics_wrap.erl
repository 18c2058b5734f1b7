%% atomics wrap at 64 bits, signed or not.
-module(atomics_wrap).
-export([main/0, id/1]).

main() ->
    A = atomics:new(1, []), U = atomics:new(1, [{signed, false}]), atomics:put(A, 1, (1 bsl 63) - 1),
        atomics:put(U, 1, (1 bsl 64) - 1),
    {atomics:add_get(A, 1, 1), atomics:sub_get(A, 1, 1), atomics:add_get(U, 1, 1),
     atomics:put(A, 1, -(1 bsl 63)), atomics:get(A, 1), atomics:add_get(A, 1, id(-1)),
     atomics:sub_get(U, 1, id(5))}.

%% Hides a value from the compiler.
id(X) -> X.
