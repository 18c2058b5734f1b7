%% Makes a program that differs small: tries ever smaller ones, many in one run of the other engine,
%% and keeps what still differs in the same way. Works on the abstract forms without knowing them:
%% a node may become one of its own parts or a trivial term, a list may lose an element. What does
%% not compile is no candidate.
-module(fuzz_min).

-export([main/1, signature/1]).

-define(CANDIDATES, 60).
%% A candidate that waits for what no longer comes.
-define(CANDIDATE_MS, 400).
-define(TOTAL_MS, 150000).

%% SOURCE TEST FOLDER ENGINE OUT: the program and its test, a folder for candidates that the engine has
%% on its path, the command that runs the names it gets as its argument, and where the result goes.
main([Source, TestName, Folder, Engine, Out | Flavour]) ->
    _ = logger:set_primary_config(level, none),
    {ok, Text} = file:read_file(Source),
    Name = list_to_atom(filename:basename(Source, ".erl")),
    Test = list_to_atom(TestName),
    Flavours = case Flavour of
                   [] -> {options(Name), same};
                   [Other] -> {options(Name), [list_to_atom(O) || O <- string:lexemes(Other, ",")]}
               end,
    {ok, Forms0} = fuzz_build:forms(Name, Text),
    Forms = only(Test, rename(Forms0)),
    State = {Folder, Engine, Test, Flavours},
    case differing([Forms], State, any) of
        none ->
            io:format("~w ~w: no difference by itself~n", [Name, Test]),
            halt(2);
        {Forms, _, _, Signature} ->
            Small = shrink(Forms, Signature, State, deadline()),
            {_, Ours, Theirs, _} = differing([Small], State, any),
            ok = file:write_file(Out, finding(Small, Test, Ours, Theirs, element(1, Flavours),
                                              list_to_atom(filename:basename(Out, ".erl")))),
            halt(0)
    end.

options(Name) ->
    case atom_to_list(Name) of
        "fz_" ++ Seed -> fuzz_build:options(list_to_integer(Seed));
        _ -> []
    end.

deadline() -> erlang:monotonic_time(millisecond) + ?TOTAL_MS.

%% Candidates have names of their own; within a program the module is called fz_self.
rename(Forms) -> [F || F <- rename_module(Forms), element(3, F) =/= file].

rename_module({attribute, A, module, _}) -> {attribute, A, module, fz_self};
rename_module({atom, A, Name}) ->
    case get(fuzz_module) of
        Name -> {atom, A, fz_self};
        _ -> {atom, A, Name}
    end;
rename_module(Tuple) when is_tuple(Tuple) ->
    list_to_tuple([rename_module(E) || E <- tuple_to_list(Tuple)]);
rename_module([H | T]) -> [rename_module(H) | rename_module(T)];
rename_module(Other) -> Other.

named(Name, Forms) -> put(fuzz_module, fz_self), to(Name, Forms).

to(Name, {attribute, A, module, fz_self}) -> {attribute, A, module, Name};
to(Name, {atom, A, fz_self}) -> {atom, A, Name};
to(Name, Tuple) when is_tuple(Tuple) -> list_to_tuple([to(Name, E) || E <- tuple_to_list(Tuple)]);
to(Name, [H | T]) -> [to(Name, H) | to(Name, T)];
to(_, Other) -> Other.

%% main/0 runs the one test.
only(Test, Forms) ->
    [case F of
         {function, A, main, 0, _} ->
             Call = {call, A, {remote, A, {atom, A, fuzz_show}, {atom, A, run}},
                     [{atom, A, Test}, {'fun', A, {function, Test, 0}}]},
             {function, A, main, 0, [{clause, A, [], [], [{cons, A, Call, {nil, A}}]}]};
         _ -> F
     end || F <- Forms].

%% ------------------------------------------------------------------ search

shrink(Forms, Signature, State, Deadline) ->
    shrink(candidates(Forms), Forms, Signature, State, Deadline).

shrink(Candidates, Forms, Signature, State, Deadline) ->
    case Candidates =:= [] orelse erlang:monotonic_time(millisecond) > Deadline of
        true -> Forms;
        false ->
            {Now, Later} = take(?CANDIDATES, Candidates, []),
            case differing(Now, State, Signature) of
                none -> shrink(Later, Forms, Signature, State, Deadline);
                {Smaller, _, _, _} -> shrink(candidates(Smaller), Smaller, Signature, State, Deadline)
            end
    end.

take(0, Rest, Taken) -> {lists:reverse(Taken), Rest};
take(_, [], Taken) -> {lists:reverse(Taken), []};
take(N, [C | Rest], Taken) -> take(N - 1, Rest, [C | Taken]).

%% Largest step first.
candidates(Forms) ->
    Size = size_of(Forms),
    Edits = edits(Forms, fun(X) -> X end),
    Sized = [{size_of(E), E} || E <- Edits],
    [E || {S, E} <- lists:keysort(1, Sized), S < Size].

size_of({var, _, '_'}) -> 1;
size_of({integer, _, I}) when abs(I) < 2 -> 2;
size_of({integer, _, I}) -> 3 + length(integer_to_list(I));
size_of({atom, _, x}) -> 2;
size_of({nil, _}) -> 2;
size_of({string, _, S}) -> 3 + length(S);
size_of(Tuple) when is_tuple(Tuple) -> 2 + size_of(tuple_to_list(Tuple));
size_of([H | T]) -> size_of(H) + size_of(T);
size_of([]) -> 0;
size_of(_) -> 1.

%% All terms that differ from the term in one place. Put makes the whole out of the part.
edits([_ | _] = List, Put) -> drops(List, Put) ++ elements([], List, Put);
edits({function, A, main, 0, Cs}, _) when A =/= none, Cs =/= none -> [];
edits({attribute, _, _, _}, _) -> [];
edits(Node, Put) when is_tuple(Node), tuple_size(Node) > 1 ->
    [Put(R) || R <- replacements(Node)] ++
        lists:append([edits(element(I, Node), fun(E) -> Put(setelement(I, Node, E)) end)
                      || I <- lists:seq(2, tuple_size(Node))]);
edits(_, _) -> [].

elements(Before, [E | After], Put) when is_list(After) ->
    edits(E, fun(X) -> Put(lists:reverse(Before, [X | After])) end) ++ elements([E | Before], After, Put);
elements(_, _, _) -> [].

drops(List, Put) ->
    case lists:all(fun is_tuple/1, List) orelse lists:all(fun is_integer/1, List) of
        false -> [];
        true ->
            N = length(List),
            Halves = [Put(lists:sublist(List, N div 2)) || N > 3] ++ [Put(lists:nthtail(N div 2, List)) || N > 3],
            Halves ++ [Put(without(I, List)) || I <- lists:seq(1, N)]
    end.

without(I, List) ->
    {Before, [_ | After]} = lists:split(I - 1, List),
    Before ++ After.

replacements({Tag, A, _} = Leaf) when Tag =:= atom; Tag =:= var; Tag =:= integer; Tag =:= float; Tag =:= char ->
    [R || R <- [{integer, A, 0}, {integer, A, 1}, {atom, A, x}, {var, A, '_'}], R =/= Leaf];
replacements({string, A, S}) -> [{nil, A}, {string, A, tl(S ++ "a")}];
replacements({Tag, _, _, _, _}) when Tag =:= function; Tag =:= clause -> [];
replacements(Node) when is_atom(element(1, Node)) ->
    A = element(2, Node),
    case is_integer(A) orelse is_tuple(A) of
        true -> [{nil, A}, {atom, A, x}, {integer, A, 0}, {var, A, '_'} | parts(tuple_to_list(Node))];
        false -> []
    end;
replacements(_) -> [].

%% The nodes directly below, and those of clauses' bodies.
parts([H | T]) -> parts(H) ++ parts(T);
parts({clause, _, _, _, Body}) -> [{block, 0, Body} | Body];
parts(Node) when is_tuple(Node), tuple_size(Node) > 1, is_atom(element(1, Node)) -> [Node];
parts(_) -> [].

%% ------------------------------------------------------------------ trying

%% The first of the candidates on which both sides differ, with the line of each.
differing(Candidates, {Folder, _, Test, {Options, Other}} = State, Signature) ->
    Numbered = lists:zip(lists:seq(1, length(Candidates)), Candidates),
    Ready = lists:append(
              [case expected(Name, Forms, Options) of
                   {ok, Beam, Line} ->
                       case other(Name, Forms, Beam, Other) of
                           {ok, Theirs} ->
                               ok = file:write_file(filename:join(Folder, atom_to_list(Name) ++ ".beam"), Theirs),
                               [{Name, Forms, Line}];
                           _ -> []
                       end;
                   _ -> []
               end || {I, Forms} <- Numbered, Name <- [list_to_atom("fzm_" ++ integer_to_list(I))]]),
    compare(Ready, lines(Ready, Test, State), Signature).

expected(Name, Forms, Options) ->
    try fuzz_build:compile_forms(Name, named(Name, Forms), Options) of
        {ok, Beam} ->
            case fuzz_build:expected(Name, Beam, ?CANDIDATE_MS) of
                {ok, Lines} -> {ok, Beam, outcome(Name, Lines)};
                Other -> Other
            end;
        Error -> Error
    catch
        _:Why -> {error, Why}
    end.

other(_, _, Beam, same) -> {ok, Beam};
other(Name, Forms, _, Options) -> fuzz_build:compile_forms(Name, named(Name, Forms), Options).

%% What follows `NAME TEST: ` on the first line, with the module's name taken out.
outcome(Name, Lines) ->
    [First | _] = binary:split(Lines, <<"\n">>),
    Own = atom_to_binary(Name),
    plain(Own, First).

plain(Own, Line) ->
    Rest = case binary:split(Line, <<" ">>) of
               [Own, R] -> R;
               _ -> Line
           end,
    binary:replace(Rest, Own, <<"fz_self">>, [global]).

%% Runs the engine, again without the program at which it died.
lines([], _, _) -> #{};
lines(Ready, Test, {Folder, Engine, _, _} = State) ->
    Names = [N || {N, _, _} <- Ready],
    Arg = lists:flatten(io_lib:format("~w", [Names])),
    Output = iolist_to_binary(string:replace(os:cmd(Engine ++ " " ++ Folder ++ " '" ++ Arg ++ "' 2>&1"), "\r", "", all)),
    Found = maps:from_list(
              [{Name, plain(atom_to_binary(Name), Line)}
               || Name <- Names, Line <- binary:split(Output, <<"\n">>, [global]), starts(Name, Line)]),
    case [R || {N, _, _} = R <- Ready, not maps:is_key(N, Found)] of
        [] -> Found;
        [{Died, _, _} | Left] ->
            maps:merge((lines(Left, Test, State))#{Died => <<"died: ", (last_line(Output))/binary>>}, Found)
    end.

starts(Name, Line) ->
    Prefix = <<(atom_to_binary(Name))/binary, " ">>,
    End = <<Prefix/binary, "end">>,
    Line =/= End andalso binary:longest_common_prefix([Prefix, Line]) =:= byte_size(Prefix).

last_line(Output) ->
    case [L || L <- binary:split(Output, <<"\n">>, [global]), L =/= <<>>] of
        [] -> <<>>;
        Lines -> lists:last(Lines)
    end.

compare([], _, _) -> none;
compare([{Name, Forms, Ours} | Rest], Lines, Signature) ->
    Theirs = maps:get(Name, Lines),
    This = {signature(Ours), signature(Theirs)},
    case Ours =/= Theirs andalso (Signature =:= any orelse Signature =:= This) of
        true -> {Forms, Ours, Theirs, This};
        false -> compare(Rest, Lines, Signature)
    end.

%% The kind of an outcome: an exception's class and first words, or just a value.
signature(Line) ->
    case re:run(Line, "(died|down|stuck|\\{error,\\{?[a-z_]+|\\{exit,|\\{throw,)", [{capture, [1], binary}]) of
        {match, [Kind]} -> Kind;
        nomatch -> value
    end.

finding(Forms, Test, Ours, Theirs, Options, Name) ->
    Text = [erl_pp:form(F, [{encoding, utf8}]) || F <- to(Name, Forms)],
    unicode:characters_to_binary(
      ["%% Options: ", io_lib:format("~w", [Options]), "\n",
       "%% Test: ", atom_to_list(Test), "\n",
       "%% erl:   ", printable(Ours), "\n",
       "%% other: ", printable(Theirs), "\n" | Text]).

%% One line, in characters that every encoding has.
printable(Line) -> [if C > 126; C < 32 -> $?; true -> C end || <<C>> <= binary:part(Line, 0, min(1000, byte_size(Line)))].
