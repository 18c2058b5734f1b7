%% Hashed maps compare with each other by size, then keys and values.
-module(order_large_maps).
-export([main/0, id/1]).

main() ->
    M = maps:from_list([{I, I} || I <- lists:seq(1, 50)]),
    Bigger = M#{51 => 0}, Other = M#{25 => 26}, Less = M#{25 => 24}, Float = M#{25 => 25.0},
        Key = (maps:remove(25, M))#{25.0 => 25},
    {[{A < B, A == B, A =:= B, A > B} || A <- [id(M)], B <- [M, Bigger, Other, Less, Float, Key]],
     M =:= maps:from_list(lists:reverse(maps:to_list(M)))}.

%% Hides a value from the compiler.
id(X) -> X.
