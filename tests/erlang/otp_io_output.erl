%% io writes to standard output in every form, in order.
-module(otp_io_output).
-export([main/0]).

main() ->
    A = io:format("one~n"), B = io:put_chars("two\n"), C = io:write({three, "3"}), D = io:nl(),
        E = io:fwrite("~s ~w ~p~n", ["four", 'F our', "five"]), F = io:put_chars([<<"six">>, $\n]),
        G = io:format(standard_io, "seven ~b~n", [7]), H = io:put_chars(standard_io, [<<"acht ü\n"/utf8>>]),
        io:requests([{put_chars, unicode, "nine"}, nl, {format, "~w~n", [ten]}]),
    spawn_monitor(fun() -> io:format("from another~n") end), receive {'DOWN', _, _, _, R} -> R end,
        {A, B, C, D, E, F, G, H, R, e(fun() -> io:format("~w~n", []) end), e(fun() -> io:put_chars([a]) end),
         io:get_line(""), io:columns()}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.
