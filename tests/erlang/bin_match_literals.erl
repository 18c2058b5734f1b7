%% Literal integers and strings in binary patterns, at and off byte borders.
-module(bin_match_literals).
-export([main/0, id/1]).

main() ->
    [f(B) || B <- [id(<<"hello">>), <<"help">>, <<16#CAFE:16, 1>>, <<1:1, 2:7>>, <<1:1, 3:7, 9>>, <<"h">>,
     <<-1:16>>, <<1.0/float>>, <<0:4, 16#ABC:12>>]].

f(<<"hello">>) -> hello; f(<<"hel", R/binary>>) -> {hel, R}; f(<<16#CAFE:16, V>>) -> {cafe, V};
f(<<1:1, 2:7>>) -> one_two; f(<<1:1, 3:7, R/bits>>) -> {one_three, R}; f(<<-1:16/signed>>) -> minus_one;
f(<<1.0/float>>) -> one_float; f(<<0:4, 16#ABC:12>>) -> abc; f(_) -> none.

%% Hides a value from the compiler.
id(X) -> X.
