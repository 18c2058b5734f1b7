%% sofs: relations, families, composition, partitions.
-module(otp_sofs).
-export([main/0]).

main() ->
    A = sofs:relation([{1, a}, {2, b}, {3, c}, {2, c}]), B = sofs:set([1, 2]), E = fun sofs:to_external/1,
    {E(A), E(sofs:domain(A)), E(sofs:range(A)), E(sofs:restriction(A, B)), E(sofs:image(A, B)),
     E(sofs:converse(A)), E(sofs:relative_product(A, sofs:relation([{a, x}, {b, y}, {c, z}]))),
     E(sofs:relation_to_family(A)), E(sofs:union(B, sofs:set([9]))), E(sofs:product(B, sofs:set([p]))),
     E(sofs:partition_family(1, A)), E(sofs:strict_relation(sofs:relation([{1, 1}, {1, 2}]))),
     E(sofs:field(A))}.
