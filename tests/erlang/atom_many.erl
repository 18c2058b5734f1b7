%% A thousand atoms made at run time are each found again.
-module(atom_many).
-export([main/0]).

main() ->
    Names = ["made_at_run_time_" ++ integer_to_list(I) || I <- lists:seq(1, 1000)],
    As = [list_to_atom(N) || N <- Names],
    {length(lists:usort(As)), [list_to_existing_atom(N) || N <- Names] =:= As, lists:all(fun is_atom/1, As),
     lists:nth(500, As), lists:last(lists:sort(As))}.
