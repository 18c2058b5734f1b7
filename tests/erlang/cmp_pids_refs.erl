%% Pids and references made later compare as greater, and equal only to themselves.
-module(cmp_pids_refs).
-export([main/0]).

main() ->
    R1 = make_ref(), R2 = make_ref(), P = self(),
    Q = spawn(fun() -> receive stop -> ok end end),
    Result = {R1 < R2, R1 =:= R1, R1 == R2, P =:= self(), P == Q, P < Q, lists:sort([R2, R1]) =:= [R1, R2],
        lists:member(R1, [R2, R1])},
    Q ! stop,
    Result.
