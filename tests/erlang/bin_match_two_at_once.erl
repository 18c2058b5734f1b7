%% Two binaries matched side by side, and one matched twice.
-module(bin_match_two_at_once).
-export([main/0, id/1]).

main() ->
    {common(id(<<"abcdef">>), id(<<"abcxyz">>), 0), zip(<<1, 2, 3>>, id(<<4, 5>>)), twice(id(<<1, 2>>))}.

common(<<C, A/binary>>, <<C, B/binary>>, N) -> common(A, B, N + 1);
common(A, B, N) -> {N, A, B}.

zip(<<A, R/binary>>, <<B, S/binary>>) -> [{A, B} | zip(R, S)];
zip(A, B) -> {rest, A, B}.

twice(B) -> <<A:8, _/binary>> = B, <<C:16>> = B, <<D:4, E:12>> = B, {A, C, D, E}.

%% Hides a value from the compiler.
id(X) -> X.
