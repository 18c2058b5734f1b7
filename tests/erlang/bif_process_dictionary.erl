%% put, get, erase and get_keys of the process dictionary.
-module(bif_process_dictionary).
-export([main/0, id/1]).

main() ->
    {get(), put(id(a), 1), put(a, 2), get(a), get(b), put({k}, "v"), put(1.0, f), get(1), get(1.0),
     lists:sort(get()), lists:sort(get_keys()), lists:sort(get_keys(2)), get_keys(id(none)), erase(a),
     erase(a), get(a), lists:sort(erase()), get()}.

%% Hides a value from the compiler.
id(X) -> X.
