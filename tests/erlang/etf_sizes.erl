%% byte sizes of encoded terms, and md5 of a large one.
-module(etf_sizes).
-export([main/0, id/1]).

main() ->
    {[byte_size(term_to_binary(T)) || T <- [id(1), 300, a, "abc", [], {}, #{}, <<"x">>, 1.5, fun lists:map/2]],
     erlang:crc32(term_to_binary([{I, integer_to_list(I), #{I => <<I:32>>}} || I <- lists:seq(1, 1000)]))}.

%% Hides a value from the compiler.
id(X) -> X.
