%% term_to_binary of binaries and bitstrings.
-module(etf_binaries).
-export([main/0, id/1]).

main() ->
    <<_:3, U:20/bits, _/bits>> = id(<<"abcdef">>),
    [begin B = term_to_binary(X), {B, binary_to_term(B) =:= X} end
     || X <- [id(<<>>), <<1, 2, 3>>, <<1:1>>, <<5:7>>, <<"abc", 3:2>>, U, binary:part(<<"abcdef">>, 2, 3),
     [<<1>>, <<2:2>>]]].

%% Hides a value from the compiler.
id(X) -> X.
