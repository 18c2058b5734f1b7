%% What ~p takes for a string, and how it escapes it.
-module(otp_io_print_strings).
-export([main/0]).

main() ->
    Ss = ["abc", "", [0], "tab\tnl\n", "\"quoted\"", "back\\", [127], [160], [255], [8364], "é", [$a | $b],
        [97, 98, c], <<"bin">>, <<0, 1>>, <<"é"/utf8>>, <<255>>, "\e[0m", [7, 8, 11, 12], "a\rb\vc\fd\be"],
    [{lists:flatten(io_lib:format("~p", [S])), lists:flatten(io_lib:format("~tp", [S])),
     lists:flatten(io_lib:format("~w", [S])), io_lib:printable_list(S), io_lib:printable_unicode_list(S)}
     || S <- Ss].
