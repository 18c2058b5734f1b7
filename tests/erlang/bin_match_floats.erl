%% Floats out of binaries; NaN, infinity and short data do not match.
-module(bin_match_floats).
-export([main/0, id/1]).

main() ->
    [f(B) || B <- [id(<<1.5/float>>), <<1.5:32/float>>, <<1.5:16/float>>, <<-0.1/float>>,
     <<16#7FF0000000000000:64>>, <<16#FFF8000000000000:64>>, <<16#7F800000:32>>, <<16#7C00:16>>, <<1, 2, 3>>,
     <<16#0001:16>>, <<1:32>>, <<1:64>>, <<16#C000:16>>]]
        ++ [begin <<_:3, F/float-little, _/bits>> = id(<<1:3, 3.25/float-little, 0:5>>), F end].

f(<<F/float>>) -> {64, F};
f(<<F:32/float>>) -> {32, F};
f(<<F:16/float>>) -> {16, F};
f(B) -> {none, B}.

%% Hides a value from the compiler.
id(X) -> X.
