%% integer_to_list and integer_to_binary in base ten, from one digit to hundreds.
-module(int_to_text).
-export([main/0, id/1]).

main() ->
    Ns = [id(0), 7, -7, 10, 99, 100, (1 bsl 59), -(1 bsl 59), 1 bsl 64, -(1 bsl 64), 10000000000000000000,
        1 bsl 200, -(1 bsl 200)],
    [{integer_to_list(N), integer_to_binary(N)} || N <- Ns]
     ++ [erlang:phash2(integer_to_binary(id(1) bsl 20000)), byte_size(integer_to_binary(id(1) bsl 20000))].

%% Hides a value from the compiler.
id(X) -> X.
