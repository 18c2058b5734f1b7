%% erlang:phash, the older portable hash, and crc and md5 of the same data.
-module(phash_portable).
-export([main/0, id/1]).

main() ->
    [{erlang:phash(T, 1 bsl 32), erlang:phash(T, 100)}
     || T <- [id(1), -1, a, "abc", {a, [b], <<"c">>}, 1.5, 1 bsl 70, [], <<>>, #{a => 1}]].

%% Hides a value from the compiler.
id(X) -> X.
