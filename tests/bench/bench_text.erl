%% Text: formatting, splitting, JSON, regular expressions, scanning.
-module(bench_text).

-export([programs/0]).

programs() ->
    [{io_lib_format, 1, fun() -> {point, 1, 2.5, "text", <<"binary">>, [a, b, {c, d}]} end,
      fun(T) -> repeat(3000, fun() -> iolist_size(io_lib:format("~p ~w ~s ~b ~.3f~n", [T, T, "x", 42, 3.14])) end) end},
     {pretty_print, 55, fun() -> [{I, lists:seq(1, I rem 20), #{key => I, "str" => <<"bin">>}} || I <- lists:seq(1, 300)] end,
      fun(T) -> iolist_size(io_lib:format("~p", [T])) end},
     {string_tokens, 14, fun() -> lists:append(lists:duplicate(5000, "one two,three;four  five ")) end,
      fun(S) -> length(string:tokens(S, " ,;")) end},
     {string_lexemes, 13, fun() -> lists:append(lists:duplicate(2000, "one two,three;four  five ")) end,
      fun(S) -> {length(string:lexemes(S, " ,;")), string:length(string:uppercase(S))} end},
     {string_binary, 8, fun() -> binary:copy(<<"Grüße, Jürgen. "/utf8>>, 2000) end,
      fun(S) -> {byte_size(unicode:characters_to_binary(string:lowercase(S))), length(string:split(S, <<" ">>, all))} end},
     {json_encode, 4, fun document/0, fun(D) -> repeat(30, fun() -> byte_size(iolist_to_binary(encode(D))) end) end},
     {json_decode, 3, fun() -> iolist_to_binary(encode(document())) end, fun(B) -> repeat(30, fun() -> decode(B) end) end},
     {regexp, 17, fun() -> binary:copy(<<"2026-11-25 12:34:56 GET /index.html 200 some agent/1.0\n">>, 2000) end,
      fun(B) -> {match, L} = re:run(B, "(\\d+)-(\\d+)-(\\d+) .*? (GET|PUT) (\\S+) (\\d{3})", [global, {capture, [1, 5, 6], binary}]), length(L) end},
     {regexp_replace, 7, fun() -> binary:copy(<<"the quick brown fox ">>, 3000) end,
      fun(B) -> byte_size(re:replace(B, "q(u)ick|fox", "<&\\1>", [global, {return, binary}])) end},
     {integer_text, 5, fun() -> lists:seq(1, 100000) end,
      fun(L) -> lists:sum([list_to_integer(integer_to_list(X)) + binary_to_integer(integer_to_binary(X)) || X <- L]) end},
     {float_text, 10, fun() -> [X / 7 || X <- lists:seq(1, 20000)] end,
      fun(L) -> length([F || F <- L, list_to_float(float_to_list(F, [short])) =:= F]) end},
     {scan_parse, 15, fun source/0, fun(S) -> repeat(10, fun() -> parse(S) end) end},
     {base64, 24, fun() -> binary:copy(<<"some bytes to encode">>, 5000) end,
      fun(B) -> byte_size(base64:decode(base64:encode(B))) end}].

repeat(1, F) -> F();
repeat(N, F) -> F(), repeat(N - 1, F).

document() ->
    [#{<<"id">> => I, <<"name">> => <<"item \"", (integer_to_binary(I))/binary, "\"\n">>, <<"price">> => I * 1.5,
       <<"tags">> => [<<"a">>, <<"b">>, true, null], <<"nested">> => #{<<"x">> => -I, <<"y">> => []}}
     || I <- lists:seq(1, 100)].

encode(M) when is_map(M) ->
    [${, lists:join($,, [[string(K), $: | encode(V)] || {K, V} <- maps:to_list(M)]), $}];
encode(L) when is_list(L) -> [$[, lists:join($,, [encode(E) || E <- L]), $]];
encode(B) when is_binary(B) -> string(B);
encode(N) when is_integer(N) -> integer_to_binary(N);
encode(F) when is_float(F) -> float_to_binary(F, [short]);
encode(A) when is_atom(A) -> atom_to_binary(A).

string(B) -> [$", escape(B, <<>>), $"].

escape(<<$", R/binary>>, A) -> escape(R, <<A/binary, "\\\"">>);
escape(<<$\\, R/binary>>, A) -> escape(R, <<A/binary, "\\\\">>);
escape(<<$\n, R/binary>>, A) -> escape(R, <<A/binary, "\\n">>);
escape(<<C, R/binary>>, A) -> escape(R, <<A/binary, C>>);
escape(<<>>, A) -> A.

decode(B) ->
    {V, _} = value(B),
    V.

value(<<C, R/binary>>) when C =:= $\s; C =:= $\n -> value(R);
value(<<"{}", R/binary>>) -> {#{}, R};
value(<<"{", R/binary>>) -> members(R, #{});
value(<<"[]", R/binary>>) -> {[], R};
value(<<"[", R/binary>>) -> values(R, []);
value(<<$", R/binary>>) -> text(R, <<>>);
value(<<"true", R/binary>>) -> {true, R};
value(<<"false", R/binary>>) -> {false, R};
value(<<"null", R/binary>>) -> {null, R};
value(B) -> number(B, 0, B).

members(B, M) ->
    {K, <<$:, R/binary>>} = value(B),
    case value(R) of
        {V, <<$,, R1/binary>>} -> members(R1, M#{K => V});
        {V, <<$}, R1/binary>>} -> {M#{K => V}, R1}
    end.

values(B, L) ->
    case value(B) of
        {V, <<$,, R/binary>>} -> values(R, [V | L]);
        {V, <<$], R/binary>>} -> {lists:reverse(L, [V]), R}
    end.

text(<<$\\, C, R/binary>>, A) ->
    text(R, <<A/binary, (case C of $n -> $\n; _ -> C end)>>);
text(<<$", R/binary>>, A) -> {A, R};
text(<<C, R/binary>>, A) -> text(R, <<A/binary, C>>).

number(<<C, R/binary>>, N, B) when C >= $0, C =< $9; C =:= $-; C =:= $.; C =:= $e; C =:= $+ -> number(R, N + 1, B);
number(R, N, B) ->
    Text = binary:part(B, 0, N),
    case binary:match(Text, [<<".">>, <<"e">>]) of
        nomatch -> {binary_to_integer(Text), R};
        _ -> {binary_to_float(Text), R}
    end.

source() ->
    lists:append([lists:concat(["f", I, "(X, [H | T]) when X > ", I, ", is_list(T) -> case H of {a, Y} -> #{k => [Y + X * ", I,
                                " | T]}; _ -> <<X:8, \"text\">> end; f", I, "(_, _) -> fun(Z) -> Z end.\n"])
                  || I <- lists:seq(1, 50)]).

parse(Text) -> parse(erl_scan:tokens([], Text, 1), 0).

parse({done, {ok, Tokens, Line}, Rest}, Sum) ->
    {ok, Form} = erl_parse:parse_form(Tokens),
    parse(erl_scan:tokens([], Rest, Line), Sum + tuple_size(Form));
parse(_, Sum) -> Sum.
