%% binary_to_list/3, bitstring_to_list and list round trips at odd sizes.
-module(bin_to_list_ranges).
-export([main/0, id/1]).

main() ->
    B = id(<<"abcdef">>),
    {binary_to_list(B, 1, 6), binary_to_list(B, 3, 3),
     [bitstring_to_list(<<16#ABCDEF:S>>) || S <- [0, 1, 7, 8, 9, 15, 23, 24]],
      [list_to_bitstring(bitstring_to_list(X)) =:= X || X <- [<<1:1>>, <<1, 2:9>>, B]],
       e(fun() -> binary_to_list(B, id(2), 7) end), e(fun() -> binary_to_list(B, a, id(1)) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
