%% Integer segments that do not end at a byte, big and little endian.
-module(bin_build_odd_sizes).
-export([main/0, id/1]).

main() ->
    [[<<N:1>>, <<N:3>>, <<N:7>>, <<N:9>>, <<N:9/little>>, <<N:13/little>>, <<N:17>>, <<N:17/little>>,
     <<N:33/little>>, <<N:65>>, <<N:65/little>>, <<1:3, N:10/little, 2:3>>]
     || N <- [id(0), 5, -1, 16#ABCDEF, 16#FEDCBA9876543210F]].

%% Hides a value from the compiler.
id(X) -> X.
