%% Sizes taken from earlier fields, from outside and from expressions.
-module(bin_match_variable_size).
-export([main/0, id/1]).

main() ->
    P = id(<<3, "abc", 2:16, "de", 5, 16#FF:5, 0:3>>), K = id(2),
    <<N, S:N/binary, M:16, T:M/binary, L, R/bits>> = P,
    <<_:K/binary, Ch, _/binary>> = P, <<_:(K + 1)/unit:8, Ch2:(4 * K), _/binary>> = P,
    {N, S, M, T, L, bit_size(R), Ch, Ch2, case P of <<X, _:(X * 8), Y:16, _/binary>> -> {X, Y} end,
     case P of <<W:7, Rest:W/binary, _/bits>> -> {W, Rest} end, case <<10, 1>> of <<Z, _:Z/binary>> -> fits;
     _ -> too_short end}.

%% Hides a value from the compiler.
id(X) -> X.
