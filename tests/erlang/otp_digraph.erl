%% digraph and digraph_utils: paths, cycles, components, topological order.
-module(otp_digraph).
-export([main/0]).

main() ->
    G = digraph:new(), [digraph:add_vertex(G, V) || V <- [a, b, c, d, e, f]],
        [digraph:add_edge(G, A, B) || {A, B} <- [{a, b}, {b, c}, {c, d}, {d, b}, {e, f}]], S = fun lists:sort/1,
    R = {digraph:get_path(G, a, d), digraph:get_cycle(G, b), digraph:get_short_path(G, a, c),
        digraph:get_path(G, a, e), S(digraph:out_neighbours(G, b)), S(digraph:in_neighbours(G, b)),
        digraph:in_degree(G, b), digraph:no_vertices(G), digraph:no_edges(G),
        S([S(C) || C <- digraph_utils:components(G)]), S([S(C) || C <- digraph_utils:strong_components(G)]),
        S(digraph_utils:reachable([a], G)), S(digraph_utils:reaching([f], G)), digraph_utils:is_acyclic(G),
        digraph_utils:topsort(G), digraph:del_vertex(G, d), digraph_utils:is_acyclic(G),
        S(digraph:vertices(G)), digraph_utils:is_tree(G), lists:keyfind(cyclicity, 1, digraph:info(G)),
        digraph:add_edge(G, a, zz)}, digraph:delete(G),
    A = digraph:new([acyclic]), [digraph:add_vertex(A, V) || V <- [1, 2, 3]], digraph:add_edge(A, 1, 2),
        digraph:add_edge(A, 2, 3), {R, digraph:add_edge(A, 3, 1), digraph_utils:topsort(A),
        digraph_utils:preorder(A)}.
