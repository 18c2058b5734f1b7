%% Objects of every type come out as they went in.
-module(ets_types_of_objects).
-export([main/0, id/1]).

main() ->
    T = ets:new(t, [ordered_set]), Vs = [id(1), 1 bsl 80, 1.5, a, "s", <<"b">>, binary:copy(<<"c">>, 100),
        <<3:5>>, {}, #{a => #{}}, fun lists:map/2, self(), [a | b],
        maps:from_list([{I, I} || I <- lists:seq(1, 40)]), fun(X) -> X end],
    ets:insert(T, lists:zip(lists:seq(1, length(Vs)), Vs)),
        [ets:lookup_element(T, I, 2) =:= V || {I, V} <- lists:zip(lists:seq(1, length(Vs)), Vs)].

%% Hides a value from the compiler.
id(X) -> X.
