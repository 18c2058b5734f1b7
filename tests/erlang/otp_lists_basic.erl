%% lists: building, cutting and joining.
-module(otp_lists_basic).
-export([main/0]).

main() ->
    L = [3, 1, 2],
    {lists:append([[1], [2, 3], []]), lists:append("a", "b"), lists:concat([a, 1, "s", 1.5]),
     lists:delete(1, L), lists:droplast(L), lists:duplicate(3, x), lists:flatten([1, [2, [3, []]], [[[4]]]]),
     lists:flatten([1, [2]], [t]), lists:flatlength([1, [2, [3]]]), lists:join(s, [a, b, c]), lists:last(L),
     lists:max(L), lists:min(L), lists:nth(2, L), lists:nthtail(1, L), lists:prefix("ab", "abc"),
     lists:suffix("bc", "abc"), lists:reverse(L), lists:seq(1, 10, 3), lists:seq(5, 1, -2), lists:seq(1, 0),
     lists:split(2, L), lists:sublist(L, 2), lists:sublist(L, 2, 5), lists:subtract(L, [1]), lists:sum(L),
     lists:usort([b, a, b]), lists:zip([1, 2], [a, b]), lists:zip3([1], [a], [x]),
     lists:unzip([{1, a}, {2, b}]), lists:unzip3([{1, a, x}]), lists:enumerate([a, b]),
     lists:enumerate(10, "ab"), lists:member(2, L), lists:uniq([1, 2, 1, 1.0, 3, 2]),
     lists:uniq(fun(X) -> X rem 2 end, [1, 2, 3, 4])}.
