%% io_lib:format with every control sequence.
-module(otp_io_format_controls).
-export([main/0]).

main() ->
    [{F, e(fun() -> lists:flatten(io_lib:format(F, A)) end)}
     || {F, A} <- [{"~w ~p ~s ~ts", [{a, "b"}, {a, "b"}, "str", "ünï"]}, {"~c~c ~3c", [$a, 98, $z]},
     {"~f ~.2f ~10.3f|~-10.1f|", [1.5, 2.345, 3.14159, 2.0]}, {"~e ~.3e ~12.4e", [1.5, 12345.678, 0.001]},
      {"~g ~.3g ~g", [1.5, 123456.0, 1.0e20]}, {"~b ~.16b ~.2b ~B ~.16B", [255, 255, 5, -7, 48879]},
       {"~x ~.16x ~X", [255, "0x", 31, "16#", -31, "-"]}, {"~# ~.8# ~+ ~.16+", [255, 8, 255, -255]},
        {"~i~w", [ignored, kept]}, {"~~ ~n", []},
         {"~10s|~-10s|~10.3s|~.3s", ["abc", "abc", "abcdef", "abcdef"]}, {"~5w|~-5w|~2w", [12, 12, 12345]},
          {"~*w|~-*w|~.*s", [5, a, 5, b, 2, "abc"]}, {"~10..0w ~8.._s", [42, "x"]},
           {"~tp ~tw", [[8364], [8364]]}, {"~P ~W", [lists:seq(1, 20), 5, lists:seq(1, 20), 5]},
            {"~s", [[<<"bin">>, $c, "deep" | <<"tail">>]]}, {"~s ~w", [atom, 'A b']}, {"~10.4.*f", [$*, 1.5]},
             {"~lp ~lw", ["abc", "abc"]}, {"~Kp", [id, #{a => 1}]}]].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.
