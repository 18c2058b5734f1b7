%% Compressed terms by level: zlib's own bytes, only where that is shorter.
-module(etf_compressed).
-export([main/0, id/1]).

main() ->
    T = lists:seq(1, 1000), S = lists:duplicate(500, $a),
    [begin B = term_to_binary(X, [{compressed, L}]),
     {erlang:md5(B) =:= erlang:md5(binary:copy(B)), erlang:phash2(B), byte_size(B), binary:part(B, 0, 6),
      binary_to_term(B) =:= X} end || X <- [id(T), S], L <- [1, 6, 9]]
        ++ [term_to_binary(S, [compressed]), term_to_binary(id(a), [compressed]),
            term_to_binary("short", [compressed]), term_to_binary(S, [{compressed, 0}]) =:= term_to_binary(S)].

%% Hides a value from the compiler.
id(X) -> X.
