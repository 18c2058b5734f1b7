%% Hashes of crypto in one go and in steps.
-module(crypto_hashes).
-export([main/0, id/1]).

main() ->
    D = id(<<"The quick brown fox jumps over the lazy dog">>),
        As = [md5, sha, sha224, sha256, sha384, sha512, sha3_256, sha3_512, blake2b, blake2s],
    {[{A, binary:encode_hex(crypto:hash(A, D)), binary:encode_hex(crypto:hash(A, <<>>))} || A <- As],
     [crypto:hash_final(lists:foldl(fun(C, S) -> crypto:hash_update(S, <<C>>) end, crypto:hash_init(A),
      binary_to_list(D))) =:= crypto:hash(A, D) || A <- As],
      crypto:hash(sha256, ["io", [<<"list">>]]) =:= crypto:hash(sha256, <<"iolist">>)}.

%% Hides a value from the compiler.
id(X) -> X.
