%% String literals in binaries, with types, sizes and at odd offsets.
-module(bin_build_strings).
-export([main/0, id/1]).

main() ->
    {<<"abc">>, <<"abc":16>>, <<"abc":16/little>>, <<"abc":4>>, <<(id(1)):1, "ab", 0:7>>, <<"é">>,
     <<"€"/utf8>>, <<"ab"/float>>, <<"a", (id($b)), "c">>, <<"">>, <<>>}.

%% Hides a value from the compiler.
id(X) -> X.
