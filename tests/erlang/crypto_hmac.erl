%% HMACs, and equality in constant time.
-module(crypto_hmac).
-export([main/0, id/1]).

main() ->
    K = id(<<"key">>), D = <<"The quick brown fox jumps over the lazy dog">>,
    {[{A, binary:encode_hex(crypto:mac(hmac, A, K, D))} || A <- [md5, sha, sha256, sha384, sha512]],
     binary:encode_hex(crypto:mac(hmac, sha256, binary:copy(K, 100), D)),
     crypto:mac_final(crypto:mac_update(crypto:mac_update(crypto:mac_init(hmac, sha256, K), <<"The quick ">>),
     <<"brown fox jumps over the lazy dog">>)) =:= crypto:mac(hmac, sha256, K, D),
     crypto:macN(hmac, sha256, K, D, 10), crypto:hash_equals(<<"abc">>, id(<<"abc">>)),
     crypto:hash_equals(<<"abc">>, id(<<"abd">>))}.

%% Hides a value from the compiler.
id(X) -> X.
