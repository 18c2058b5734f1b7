%% list_to_integer/2 and binary_to_integer/2 read every base, both cases of letters.
-module(int_from_text_bases).
-export([main/0, id/1]).

main() ->
    [{list_to_integer(T, B), binary_to_integer(list_to_binary(T), B)}
     || {T, B} <- [{id("1010"), 2}, {"-777", 8}, {"ff", 16}, {"FF", 16}, {"+DeadBeef", 16}, {"zz", 36},
     {"-ZZ", 36},
                   {"123456789abcdef0123456789abcdef", 16}, {"ZYXWVUTSRQPONMLKJIHGFEDCBA9876543210", 36}]].

%% Hides a value from the compiler.
id(X) -> X.
