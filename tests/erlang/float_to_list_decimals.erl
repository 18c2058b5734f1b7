%% float_to_list/2 with decimals, scientific and compact.
-module(float_to_list_decimals).
-export([main/0, id/1]).

main() ->
    [[float_to_list(F, [{decimals, 0}]), float_to_list(F, [{decimals, 2}]), float_to_list(F, [{decimals, 10}]),
     float_to_list(F, [{decimals, 10}, compact]),
      float_to_list(F, [{scientific, 3}]), float_to_list(F, [{scientific, 0}]),
          float_to_binary(F, [{decimals, 4}, compact]), float_to_binary(F, [short])]
     || F <- [id(0.0), 0.5, 1.5, 2.5, -0.5, 1.005, 123.456, -9.995, 1.0e10, 99999.99999, 1.0e-7]].

%% Hides a value from the compiler.
id(X) -> X.
