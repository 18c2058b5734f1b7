%% A literal map of 40 integer keys, matched and updated.
-module(map_large_literal).
-export([main/0, id/1]).

main() ->
    M = #{1 => a, 2 => b, 3 => c, 4 => d, 5 => e, 6 => f, 7 => g, 8 => h, 9 => i, 10 => j, 11 => k, 12 => l,
        13 => m, 14 => n, 15 => o, 16 => p, 17 => q, 18 => r, 19 => s, 20 => t, 21 => u, 22 => v, 23 => w,
        24 => x, 25 => y, 26 => z, 27 => aa, 28 => ab, 29 => ac, 30 => ad, 31 => ae, 32 => af, 33 => ag,
        34 => ah, 35 => ai, 36 => aj, 37 => ak, 38 => al, 39 => am, 40 => an},
    {map_size(M), maps:get(id(33), M), M#{id(40) := last}, case M of #{7 := G, 39 := Am} -> {G, Am} end,
     maps:keys(M), maps:size(maps:remove(id(1), M))}.

%% Hides a value from the compiler.
id(X) -> X.
