%% persistent_term: put, get, default, erase, get/0 and info.
-module(persistent_term_basic).
-export([main/0]).

main() ->
    K = {?MODULE, k},
    {persistent_term:put(K, [1, {2}]), persistent_term:get(K), persistent_term:put(K, other),
     persistent_term:get(K), persistent_term:get({?MODULE, none}, dflt),
     e(fun() -> persistent_term:get({?MODULE, none}) end), lists:keyfind(K, 1, persistent_term:get()),
     is_integer(maps:get(count, persistent_term:info())), persistent_term:erase(K), persistent_term:erase(K),
     persistent_term:get(K, gone)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.
