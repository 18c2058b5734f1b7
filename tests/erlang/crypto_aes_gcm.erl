%% AES-GCM encrypts, decrypts, and refuses what was changed.
-module(crypto_aes_gcm).
-export([main/0, id/1]).

main() ->
    Iv = <<0:96>>, Aad = <<"header">>, P = id(<<"secret message">>),
    [begin K = binary:copy(<<7>>, N), {C, T} = crypto:crypto_one_time_aead(A, K, Iv, P, Aad, true),
     {A, binary:encode_hex(C), binary:encode_hex(T), crypto:crypto_one_time_aead(A, K, Iv, C, Aad, T, false),
      crypto:crypto_one_time_aead(A, K, Iv, C, <<"other">>, T, false),
      crypto:crypto_one_time_aead(A, K, Iv, <<(C)/binary, 0>>, Aad, T, false)} end
      || {A, N} <- [{aes_128_gcm, 16}, {aes_256_gcm, 32}]].

%% Hides a value from the compiler.
id(X) -> X.
