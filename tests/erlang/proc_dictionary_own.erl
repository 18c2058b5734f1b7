%% Each process has a dictionary of its own.
-module(proc_dictionary_own).
-export([main/0]).

main() ->
    put(k, main), S = self(),
    P = spawn(fun() -> B = get(k), put(k, child), put(l, 2), S ! {B, get(k), lists:sort(get())} end),
        M = monitor(process, P),
    receive R -> receive {'DOWN', M, _, _, normal} -> {R, get(k), get(l), erase(k), get()} end end.
