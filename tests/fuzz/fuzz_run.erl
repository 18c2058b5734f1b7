%% Runs the programs of a range in one runtime, each in a process of its own with a heap and a time
%% limit, and prints `NAME TEST: OUTCOME` lines. The same code runs on `erl` and on Beamlet.
-module(fuzz_run).

-export([main/2, main/1, lines/2, name/1]).

-define(HEAP_WORDS_MAX, 20000000).
-define(PROGRAM_MS, 60000).
%% A longer outcome is printed as its beginning and a digest of all of it.
-define(LINE_CHARS, 3000).

main(First, Last) ->
    main([name(N) || N <- lists:seq(First, Last)]).

main(Names) ->
    %% Tests end processes by errors on purpose: their reports are not what is compared.
    _ = (catch logger:set_primary_config(level, none)),
    lists:foreach(
      fun(Name) -> io:put_chars([lines(Name, ?PROGRAM_MS), atom_to_list(Name), " end\n"]) end,
      Names),
    done.

name(N) -> list_to_atom("fz_" ++ integer_to_list(N)).

lines(Name, Ms) ->
    {Pid, Ref} =
        spawn_opt(fun() -> exit({lines, [line(Name, Result) || Result <- Name:main()]}) end,
                  [monitor, {max_heap_size, #{size => ?HEAP_WORDS_MAX, kill => true,
                                              error_logger => false}}]),
    receive
        {'DOWN', Ref, process, Pid, {lines, Lines}} -> Lines;
        {'DOWN', Ref, process, Pid, Reason} ->
            io_lib:format("~w down: ~w~n", [Name, fuzz_show:reason(Reason)])
    after Ms ->
        exit(Pid, kill),
        io_lib:format("~w down: timeout~n", [Name])
    end.

line(Name, {Test, Outcome}) ->
    Text = ascii(lists:flatten(io_lib:format("~w", [Outcome]))),
    Short = case length(Text) of
                Length when Length =< ?LINE_CHARS -> Text;
                Length ->
                    io_lib:format("~s... ~w characters, ~w",
                                  [lists:sublist(Text, ?LINE_CHARS div 10), Length,
                                   binary:decode_unsigned(erlang:md5(Text))])
            end,
    list_to_binary(io_lib:format("~w ~w: ~s~n", [Name, Test, Short])).

%% Whatever the encoding of standard output is, this passes.
ascii(Text) ->
    lists:append([if C < 127 -> [C]; true -> io_lib:format("\\x{~.16B}", [C]) end || C <- Text]).
