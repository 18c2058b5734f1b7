%% Floats print as the shortest text that reads back as the same float.
-module(float_print_shortest).
-export([main/0, id/1]).

main() ->
    Fs = [id(0.0), 1.0, -1.0, 0.1, 0.2, 0.3, 0.1 + 0.2, 1/3, 2/3, 100.0, 1.0e15, 1.0e16, 1.0e17, 1.0e21,
        1.0e22, 1.0e23, 123456789.0,
          1.23456789e8, 1.0e-4, 1.0e-5, 9.999e-5, 5.0e-324, 2.2250738585072014e-308, 1.7976931348623157e308,
              9007199254740992.0,
          9007199254740993.0, 4503599627370495.5, 1.0e100, 123456.789, 0.001, 0.0001234,
              12345678901234567890.0],
    io:format("~p~n~w~n", [Fs, Fs]),
    [float_to_list(F, [short]) || F <- Fs].

%% Hides a value from the compiler.
id(X) -> X.
