%% logger_formatter writes events by templates, on one line or many.
-module(otp_logger_formatter).
-export([main/0]).

main() ->
    E = fun(Msg) -> #{level => error, msg => Msg,
        meta => #{time => 1600000000000000, pid => list_to_pid("<0.1.0>"), gl => self(), mfa => {m, f, 1},
        line => 5}} end,
    [lists:flatten(logger_formatter:format(E(M), C))
     || M <- [{"hello ~p ~s", [{a}, "x"]}, {string, "plain\ntext"}, {report, #{k => v, n => 1}},
     {report, [{a, 1}, {b, "s"}]}], C <- [#{template => [level, ": ", msg]},
      #{template => ["[", mfa, ":", line, "] ", msg, "\n"], single_line => true},
      #{template => [{pid, ["pid ", pid, " "], ["none"]}, {nokey, ["has"], ["no key "]}, msg], max_size => 30},
      #{template => [msg], chars_limit => 12, depth => 3}]]
        ++ [logger_formatter:format(E({string, "t"}), #{time_offset => "Z", template => [time, " ", msg]})].
