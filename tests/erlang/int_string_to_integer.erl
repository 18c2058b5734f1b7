%% string:to_integer gives the rest of the text, or the error.
-module(int_string_to_integer).
-export([main/0, id/1]).

main() ->
    [string:to_integer(id(T)) || T <- ["12abc", "-5", "+5x", "abc", "", "1.5", <<"99 bottles">>, <<>>,
     "123456789012345678901234567890 "]].

%% Hides a value from the compiler.
id(X) -> X.
