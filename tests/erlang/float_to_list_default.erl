%% float_to_list/1 and float_to_binary/1 write 20 decimals in scientific form.
-module(float_to_list_default).
-export([main/0, id/1]).

main() ->
    [{float_to_list(F), float_to_binary(F)} || F <- [id(0.0), 1.0, -1.5, 0.1, 1.0e100, 1.0e-100, 123456.789,
     5.0e-324, 1.7976931348623157e308]].

%% Hides a value from the compiler.
id(X) -> X.
