%% Ten thousand keys in the dictionary, grown, changed and erased.
-module(proc_dictionary_many).
-export([main/0]).

main() ->
    [put({k, I}, I) || I <- lists:seq(1, 10000)], [put({k, I}, -I) || I <- lists:seq(1, 10000, 2)],
     [erase({k, I}) || I <- lists:seq(1, 10000, 5)],
    {length(get()), lists:sum([V || {{k, _}, V} <- get()]), get({k, 2}), get({k, 3}), get({k, 6}),
     length(get_keys()), length(erase()), get()}.
