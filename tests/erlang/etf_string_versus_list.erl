%% Which lists become strings: bytes only, and at most 65,535 of them.
-module(etf_string_versus_list).
-export([main/0, id/1]).

main() ->
    [begin <<131, Tag, _/binary>> = term_to_binary(L), {Tag, length(L)} end
     || L <- [id([1]), [1, 2, 255], [1, 256], [-1], [1.0], [a], lists:duplicate(65535, 1),
     lists:duplicate(65536, 1), [1, [2]]]].

%% Hides a value from the compiler.
id(X) -> X.
