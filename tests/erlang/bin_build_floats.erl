%% Float segments of 16, 32 and 64 bits, both endian, from integers as well, at any alignment.
-module(bin_build_floats).
-export([main/0, id/1]).

main() ->
    [[<<F:64/float>>, <<F/float-little>>, <<F:32/float>>, <<F:32/little-float>>, <<F:16/float>>,
     <<F:16/float-little>>, <<1:3, F:64/float, 0:5>>]
     || F <- [id(0.0), 1.0, -1.5, 0.1, 65504.0, 1, -3, 3.0e38, 5.0e-324, 1.0e-5]].

%% Hides a value from the compiler.
id(X) -> X.
