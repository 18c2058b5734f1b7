%% Shortest paths on a grid with gb_sets and maps.
-module(lang_dijkstra).
-export([main/0]).

main() ->
    Walls = maps:from_keys([{X, Y} || {X, Y} <- [{1, 0}, {1, 1}, {1, 2}, {3, 4}, {3, 3}, {3, 2}, {3, 1}]],
        wall), D = search(gb_sets:singleton({0, {0, 0}}), #{{0, 0} => 0}, Walls, 5),
        [[maps:get({X, Y}, D, '#') || X <- lists:seq(0, 4)] || Y <- lists:seq(0, 4)].

search(Q, D, W, N) ->
    case gb_sets:is_empty(Q) of
        true -> D;
        false ->
            {{C, {X, Y}}, R} = gb_sets:take_smallest(Q),
            Next = [P || {A, B} = P <- [{X + 1, Y}, {X - 1, Y}, {X, Y + 1}, {X, Y - 1}], A >= 0, A < N, B >= 0,
                B < N, not is_map_key(P, W)],
            {Q2, D2} = lists:foldl(fun(P, {Qa, Da}) -> case Da of #{P := O} when O =< C + 1 -> {Qa, Da};
            _ -> {gb_sets:add({C + 1, P}, Qa), Da#{P => C + 1}} end end, {R, D}, Next),
            search(Q2, D2, W, N)
    end.
