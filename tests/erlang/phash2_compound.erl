%% erlang:phash2 of tuples, lists, strings and nested terms is that of OTP.
-module(phash2_compound).
-export([main/0, id/1]).

main() ->
    [erlang:phash2(T) || T <- [id({}), {1}, {a, b}, {a, {b, {c}}}, [1], [a, b], [a | b], "hello", "a", [256],
     [1, 2, 3, 400], "long string of characters, over and over", lists:seq(1, 300), [[]], [[], []], {[], {}},
      [{a, 1.5}, <<"x">>], list_to_tuple(lists:seq(1, 100)), [97 | b], [1000000, "abc", 97]]].

%% Hides a value from the compiler.
id(X) -> X.
