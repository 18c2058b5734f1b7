%% maps: get, find, put, update, remove, take, is_key, size, new, keys, values.
-module(map_module_basic).
-export([main/0, id/1]).

main() ->
    M = id(#{a => 1, b => 2}),
    {maps:get(a, M), maps:get(c, M, dflt), maps:find(a, M), maps:find(c, M), maps:put(c, 3, M),
     maps:update(a, 9, M), maps:remove(a, M), maps:remove(zz, M), maps:take(a, M), maps:take(zz, M),
     maps:is_key(b, M), maps:size(M), maps:new(), maps:keys(M), maps:values(M), is_map_key(a, M),
     map_get(b, M)}.

%% Hides a value from the compiler.
id(X) -> X.
