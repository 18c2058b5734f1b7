%% list_to_integer and binary_to_integer take signs, leading zeros and any number of digits.
-module(int_from_text).
-export([main/0, id/1]).

main() ->
    Texts = ["0", "-0", "+0", "7", "+7", "-7", "007", "576460752303423487", "576460752303423488",
        "-576460752303423488",
             "-576460752303423489", "18446744073709551616", "-340282366920938463463374607431768211456",
             "123456789012345678901234567890123456789012345678901234567890"],
    [{list_to_integer(id(T)), binary_to_integer(list_to_binary(T))} || T <- Texts].

%% Hides a value from the compiler.
id(X) -> X.
