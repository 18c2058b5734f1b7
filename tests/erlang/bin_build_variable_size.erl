%% Sizes that are only known at run time, from zero up, with units.
-module(bin_build_variable_size).
-export([main/0, id/1]).

main() ->
    {[<<16#ABCDEF:(id(S))>> || S <- [0, 1, 4, 8, 12, 24, 40]], [<<5:(id(S))/unit:4>> || S <- [0, 1, 2, 3]],
     [<<16#ABCDEF:(id(S))/little>> || S <- [0, 4, 8, 12, 24, 40]], <<(id(<<"hello">>)):(id(3))/binary>>,
      <<(id(<<"hello">>)):(id(11))/bitstring>>, <<1.5:(id(32))/float>>,
      <<(id(<<1, 2, 3, 4>>)):(id(1))/binary-unit:24>>}.

%% Hides a value from the compiler.
id(X) -> X.
