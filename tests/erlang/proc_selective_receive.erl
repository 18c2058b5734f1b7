%% A selective receive leaves what does not match where it was.
-module(proc_selective_receive).
-export([main/0]).

main() ->
    [self() ! M || M <- [1, a, 2, b, 3, c]],
    Atoms = [receive A when is_atom(A) -> A end || _ <- [1, 2, 3]],
    {Atoms, element(2, process_info(self(), messages)), receive 2 -> two end, flush()}.

flush() -> receive M -> [M | flush()] after 0 -> [] end.
