%% statistics whose shape is fixed, and reductions that rise.
-module(bif_statistics).
-export([main/0]).

main() ->
    {R0, _} = erlang:statistics(reductions), lists:seq(1, 10000), {R1, D} = erlang:statistics(reductions),
     {_, W} = erlang:statistics(wall_clock), {A, B, 0} = erlang:statistics(garbage_collection),
      {_, Rt} = erlang:statistics(runtime), {_, R2} = process_info(self(), reductions),
       lists:sum(lists:seq(1, 5000)), {_, R3} = process_info(self(), reductions),
    {R1 >= R0, D >= 0, is_integer(W), is_integer(A), is_integer(B), is_integer(Rt), R3 > R2,
     is_integer(erlang:statistics(run_queue)), erlang:bump_reductions(100), is_integer(erlang:memory(total)),
     lists:all(fun({K, V}) -> is_atom(K) andalso V >= 0 end, erlang:memory())}.
