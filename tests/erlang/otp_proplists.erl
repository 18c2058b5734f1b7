%% proplists: get, all, delete, expand, unfold, compact, normalize.
-module(otp_proplists).
-export([main/0]).

main() ->
    L = [a, {b, 2}, {a, false}, {c, x, y}, {b, 3}, "junk"],
    {proplists:get_value(a, L), proplists:get_value(b, L), proplists:get_value(z, L, d),
     proplists:get_bool(a, L), proplists:get_bool(b, L), proplists:get_all_values(b, L),
     proplists:lookup(c, L), proplists:lookup_all(b, L), proplists:is_defined(c, L), proplists:delete(b, L),
     proplists:get_keys(L) -- [a, b, c], proplists:append_values(k, [{k, [1]}, {k, 2}]),
     proplists:compact([{a, true}, {b, true}, c]), proplists:unfold([a, {b, 1}]),
     proplists:expand([{foo, [bar, {baz, 1}]}], [x, foo, y]),
     proplists:substitute_aliases([{colour, color}], [{colour, 1}, colour]),
     proplists:substitute_negations([{no_x, x}], [no_x, {no_x, false}]),
     proplists:normalize([a, no_b], [{negations, [{no_b, b}]}]),
     proplists:split([a, {b, 1}, c, {d, 2}], [b, c]), proplists:property(k, true),
     proplists:to_map([a, {b, 1}]), proplists:from_map(#{k => v})}.
