%% Terms as bytes: the external format, hashes, comparison.
-module(bench_terms).

-export([programs/0]).

programs() ->
    [{term_to_binary, 3, fun terms/0, fun(T) -> repeat(40, fun() -> byte_size(term_to_binary(T)) end) end},
     {binary_to_term, 2, fun() -> term_to_binary(terms()) end, fun(B) -> repeat(40, fun() -> length(binary_to_term(B)) end) end},
     {round_trip_small, 1, fun() -> {call, make, [1, a, <<"x">>]} end,
      fun(T) -> repeat(300000, fun() -> binary_to_term(term_to_binary(T)) end) end},
     {compressed, 7, fun terms/0, fun(T) -> length(binary_to_term(term_to_binary(T, [compressed]))) end},
     {phash2, 3, fun terms/0, fun(T) -> repeat(50, fun() -> erlang:phash2(T) end) end},
     {compare_deep, 1, fun() -> {terms(), terms()} end, fun({A, B}) -> repeat(100, fun() -> {A =:= B, A == B, A < B} end) end},
     {md5, 1, fun() -> binary:copy(<<"0123456789">>, 1000) end, fun(B) -> repeat(2000, fun() -> erlang:md5(B) end) end},
     {crc32, 1, fun() -> binary:copy(<<"0123456789">>, 10000) end, fun(B) -> repeat(2000, fun() -> erlang:crc32(B) end) end},
     {sha256, 3, fun() -> binary:copy(<<"0123456789">>, 1000) end,
      fun(B) -> repeat(3000, fun() -> crypto:hash(sha256, B) end) end},
     {zlib, 22, fun() -> binary:copy(<<"some text that compresses quite well ">>, 20000) end,
      fun(B) -> byte_size(zlib:uncompress(zlib:compress(B))) end},
     {iolist, 1, fun() -> [[I, <<"bin">>, ["x", I rem 256]] || I <- lists:duplicate(50000, 65)] end,
      fun(L) -> repeat(20, fun() -> {iolist_size(L), byte_size(iolist_to_binary(L))} end) end},
     {tuple_update, 4, fun() -> erlang:make_tuple(20, 0) end, fun(T) -> tuples(500000, T) end}].

repeat(1, F) -> F();
repeat(N, F) -> F(), repeat(N - 1, F).

terms() ->
    [{I, atom, "text of a list", <<"binary">>, #{id => I, <<"key">> => [I, I * 1.5, {x, y}]}, I * 12345678901234567890}
     || I <- lists:seq(1, 3000)].

tuples(0, T) -> T;
tuples(N, T) -> tuples(N - 1, setelement((N rem 20) + 1, T, element((N * 7 rem 20) + 1, T) + 1)).
