%% Makes programs of a range of seeds, compiles each, and keeps those that run within their limits and
%% give the same lines twice on this runtime: NAME.erl and NAME.beam in the folder, and the expected
%% lines in `expected`.
-module(fuzz_build).

-export([main/1, compile_text/3, compile_forms/3, forms/2, options/1, expected/3]).

-define(RUN_MS, 1500).
-define(HEAP_WORDS_MAX, 4000000).

%% FOLDER FIRST COUNT MODE [FLAVOUR]
main([Folder, First, Count, Mode | Flavour]) ->
    _ = logger:set_primary_config(level, none),
    From = list_to_integer(First),
    Seeds = lists:seq(From, From + list_to_integer(Count) - 1),
    {ok, Out} = file:open(filename:join(Folder, "expected"), [write, raw]),
    Kept = [Seed || Seed <- Seeds, one(Folder, Seed, list_to_atom(Mode), Flavour, Out)],
    ok = file:close(Out),
    io:format("~w~n", [length(Kept)]),
    halt(0).

one(Folder, Seed, Mode, Flavour, Out) ->
    Name = fuzz_run:name(Seed),
    Text = unicode:characters_to_binary(fuzz_gen:program(Name, Seed, Mode)),
    ok = file:write_file(filename:join(Folder, atom_to_list(Name) ++ ".erl"), Text),
    case compile_text(Name, Text, flavour(Flavour, Seed)) of
        {ok, Beam} ->
            case expected(Name, Beam, ?RUN_MS) of
                {ok, Lines} ->
                    ok = file:write_file(filename:join(Folder, atom_to_list(Name) ++ ".beam"), Beam),
                    ok = file:write(Out, [Lines, atom_to_list(Name), " end\n"]),
                    true;
                {no, Why} ->
                    io:format(standard_error, "~w ~w~n", [Name, Why]),
                    false
            end;
        {error, Why} ->
            io:format(standard_error, "~w not compiled: ~P~n", [Name, Why, 12]),
            false
    end.

flavour([], Seed) -> options(Seed);
flavour([Text], _) -> [list_to_atom(O) || O <- string:lexemes(Text, ",")].

%% Most programs as everyone compiles them; some as the compiler's single passes leave them.
options(Seed) ->
    case Seed rem 20 of
        1 -> [no_copt];
        5 -> [no_type_opt];
        7 -> [inline];
        9 -> [no_bsm_opt];
        11 -> [no_postopt];
        13 -> [no_copt, no_postopt, no_bool_opt];
        15 -> [inline_list_funcs];
        17 -> [no_share_opt, no_recv_opt];
        _ -> []
    end.

compile_text(Name, Text, Options) ->
    case forms(Name, Text) of
        {ok, Forms} -> compile_forms(Name, Forms, Options);
        Error -> Error
    end.

compile_forms(Name, Forms, Options) ->
    File = atom_to_list(Name) ++ ".erl",
    case compile:forms(Forms, [binary, return_errors, {source, File} | Options]) of
        {ok, Name, Beam} -> {ok, Beam};
        {error, Errors, _} -> {error, Errors};
        error -> {error, compiler}
    end.

forms(Name, Text) ->
    _ = put(fuzz_module, Name),
    {ok, Tokens, _} = erl_scan:string(unicode:characters_to_list(Text), 1),
    forms(Tokens, [], []).

forms([], [], Forms) -> {ok, lists:reverse(Forms)};
forms([Dot = {dot, _} | Rest], Form, Forms) ->
    case erl_parse:parse_form(lists:reverse([Dot | module_macro(Form)])) of
        {ok, Parsed} -> forms(Rest, [], [Parsed | Forms]);
        {error, Why} -> {error, Why}
    end;
forms([Token | Rest], Form, Forms) -> forms(Rest, [Token | Form], Forms).

%% ?MODULE is the one macro of a program. (The tokens are in reverse.)
module_macro([{var, L, 'MODULE'}, {'?', _} | Rest]) -> [{atom, L, get(fuzz_module)} | module_macro(Rest)];
module_macro([Token | Rest]) -> [Token | module_macro(Rest)];
module_macro([]) -> [].

%% The lines of a program that stays within the limits and does not depend on chance.
expected(Name, Beam, Ms) ->
    %% (The compiler of OTP 25 makes files that its loader refuses, with some passes left out.)
    case code:load_binary(Name, atom_to_list(Name) ++ ".erl", Beam) of
        {module, Name} -> twice(Name, Ms);
        {error, Why} -> {no, Why}
    end.

twice(Name, Ms) ->
    Lines = run(Name, Ms),
    Again = case Lines of
                {no, _} -> Lines;
                _ -> run(Name, Ms)
            end,
    _ = code:purge(Name),
    _ = code:delete(Name),
    _ = code:purge(Name),
    case Lines of
        {no, Why} -> {no, Why};
        Again -> {ok, Lines};
        _ -> {no, unstable}
    end.

run(Name, Ms) ->
    {Pid, Ref} =
        spawn_opt(fun() -> exit({lines, iolist_to_binary(fuzz_run:lines(Name, Ms))}) end,
                  [monitor, {max_heap_size, #{size => ?HEAP_WORDS_MAX, kill => true, error_logger => false}}]),
    receive
        {'DOWN', Ref, process, Pid, {lines, Lines}} ->
            case binary:match(Lines, [<<" down: ">>, <<": stuck">>]) of
                nomatch -> Lines;
                _ -> {no, limits}
            end;
        {'DOWN', Ref, process, Pid, Why} -> {no, Why}
    end.
