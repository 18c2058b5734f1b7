%% A small map lists its keys in term order, integers before floats.
-module(map_order_small).
-export([main/0, id/1]).

main() ->
    M = id(#{z => 1, a => 2, 3 => 3, 1 => 4, 2.5 => 5, "s" => 6, <<"b">> => 7, {t} => 8, [] => 9, 1.0 => 10,
        #{} => 11}),
    {maps:keys(M), maps:values(M), maps:to_list(M), M, maps:fold(fun(K, V, A) -> [{K, V} | A] end, [], M)}.

%% Hides a value from the compiler.
id(X) -> X.
