%% ~ts, ~tp and widths on text beyond Latin-1.
-module(otp_io_lib_unicode).
-export([main/0]).

main() ->
    S = [1055, 1088, 1080, 1074, 1077, 1090], B = unicode:characters_to_binary(S),
    [unicode:characters_to_binary(io_lib:format(F, A))
     || {F, A} <- [{"~ts|~ts", [S, B]}, {"~10ts|~-10ts|~.3ts", [S, S, S]}, {"~tp ~tp", [S, B]},
     {"~p ~p", [S, B]}, {"~tw ~tw", [S, list_to_atom(S)]}, {"~tp ~p", [list_to_atom(S), list_to_atom(S)]},
      {"~tc~tc", [8364, 128512]}, {"~*.*.*ts", [10, 4, $*, S]}, {"~ts", [[S, $-, B, [8364 | <<"x">>]]]},
       {"~tP", [{S, B, [S]}, 5]}, {"~tp", [#{S => B}]}]].
