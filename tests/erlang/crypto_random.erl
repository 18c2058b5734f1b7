%% Random bytes: as many as asked for, and not twice the same.
-module(crypto_random).
-export([main/0, id/1]).

main() ->
    {[byte_size(crypto:strong_rand_bytes(N)) || N <- [id(0), 1, 16, 1000]],
     crypto:strong_rand_bytes(16) =/= crypto:strong_rand_bytes(16), begin X = rand:uniform(10),
     X >= 1 andalso X =< 10 end, e(fun() -> crypto:strong_rand_bytes(id(-1)) end),
     crypto:exor(<<1, 2, 3>>, id(<<255, 0, 3>>)), lists:member(sha256, crypto:supports(hashs))}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
