%% list_to_float and binary_to_float read what Erlang writes, exactly rounded.
-module(float_from_text).
-export([main/0, id/1]).

main() ->
    Ts = ["0.0", "-0.0", "1.5", "+1.5", "-1.5e3", "1.0E-2", "1.0e+10", "123456789.123456789", "0.1e0",
        "1.7976931348623157e308", "4.9406564584124654e-324",
          "9007199254740993.0", "0.30000000000000004", "1.00000000000000011102230246251565"],
    [{list_to_float(id(T)), binary_to_float(list_to_binary(T))} || T <- Ts].

%% Hides a value from the compiler.
id(X) -> X.
