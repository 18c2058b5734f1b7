%% =:= tells 1 from 1.0 at every depth, == does not, but for map keys.
-module(eq_exact_and_equal).
-export([main/0, id/1]).

main() ->
    Ps = [{id(1), 1.0}, {[1], [1.0]}, {{1, 2}, {1.0, 2.0}}, {[a | 1], [a | 1.0]}, {#{k => 1}, #{k => 1.0}},
        {#{1 => k}, #{1.0 => k}},
          {{[{1}]}, {[{1.0}]}}, {<<1>>, <<1>>}, {<<1:1>>, <<1:2>>}, {"a", [97]}, {a, "a"}, {0, -0.0}, {[], {}},
           {<<>>, ""}],
    [{A == B, A =:= B, A /= B, A =/= B} || {A, B} <- Ps].

%% Hides a value from the compiler.
id(X) -> X.
