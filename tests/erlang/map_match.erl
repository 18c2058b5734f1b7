%% Map patterns in heads, cases, comprehensions and nested.
-module(map_match).
-export([main/0, id/1]).

main() ->
    Ms = [id(#{type => circle, r => 2}), #{type => rect, w => 2, h => 3}, #{type => other}, #{},
        #{type => circle}],
    {[area(M) || M <- Ms], [R || #{r := R} <- Ms], [T || #{type := T} = M <- Ms, map_size(M) > 1],
     begin #{a := #{b := [X | _]}} = id(#{a => #{b => [1, 2]}}), X end,
     case #{1 => one} of #{1 := O} when is_atom(O) -> O end}.

area(#{type := circle, r := R}) -> 3 * R * R;
area(#{type := rect, w := W, h := H}) -> W * H;
area(#{type := T}) -> {unknown, T};
area(#{}) -> untyped.

%% Hides a value from the compiler.
id(X) -> X.
