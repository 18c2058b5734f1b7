%% Frames of OTP's own functions stand between ours, with file and line.
-module(exc_stack_through_otp).
-export([main/0]).

main() ->
    [s(fun() -> lists:map(fun(X) -> X + a end, [1]), ok end),
     s(fun() -> lists:foldl(fun(_, _) -> throw(x) end, 0, [1, 2]), ok end),
     s(fun() -> maps:fold(fun(_, _, _) -> exit(y) end, 0, #{a => 1}), ok end),
     s(fun() -> lists:sort(fun(_, _) -> error(z) end, [2, 1, 3]), ok end),
     s(fun() -> ordsets:fold(fun(X, _) -> hd(X) end, 0, [[]]), ok end),
     s(fun() -> gb_trees:get(a, gb_trees:empty()), ok end)].

s(F) ->
    try F() catch C:R:S -> {C, R, [{M, N, case A of [_ | _] -> length(A); _ -> A end,
        [P || P <- I, element(1, P) =/= error_info]}
         || {M, N, A, I} <- S, N =/= s, M =:= ?MODULE orelse lists:member(M,
         [erlang, lists, maps, gb_trees])]} end.
