%% JSON and Erlang terms. Strict both ways: what is not JSON is refused, never guessed.
%%
%% Objects are maps with binary keys, strings are binaries in UTF-8, `null', `true' and `false' are
%% atoms. Of two equal keys the last one counts. Errors are exceptions of class `error':
%% `{json, Why, Offset}' when decoding and `{not_json, Term}' when encoding.
-module(beamlet_json).

-export([encode/1, decode/1]).

%% @doc The term as JSON text.
-spec encode(term()) -> iodata().
encode(null) -> <<"null">>;
encode(true) -> <<"true">>;
encode(false) -> <<"false">>;
encode(Term) when is_binary(Term) -> string(Term);
encode(Term) when is_atom(Term) -> string(atom_to_binary(Term));
encode(Term) when is_integer(Term) -> integer_to_binary(Term);
encode(Term) when is_float(Term) -> float_to_binary(Term, [short]);
encode([]) -> <<"[]">>;
encode([First | Rest] = List) -> [$[, encode(First) | elements(Rest, List)];
encode(Term) when is_map(Term) -> object(maps:to_list(Term));
encode(Term) -> error({not_json, Term}).

elements([], _) -> [$]];
elements([Next | Rest], List) -> [$,, encode(Next) | elements(Rest, List)];
elements(_, List) -> error({not_json, List}).

object([]) -> <<"{}">>;
object([{Key, Value} | Rest]) -> [${, key(Key), $:, encode(Value) | members(Rest)].

members([]) -> [$}];
members([{Key, Value} | Rest]) -> [$,, key(Key), $:, encode(Value) | members(Rest)].

key(Key) when is_binary(Key) -> string(Key);
key(Key) when is_atom(Key) -> string(atom_to_binary(Key));
key(Key) when is_integer(Key) -> [$", integer_to_binary(Key), $"];
key(Key) -> error({not_json, Key}).

string(Text) ->
    case plain(Text) of
        true -> [$", Text, $"];
        false -> [$", escape(Text, Text, 0, 0, []), $"]
    end.

%% Most strings need no escape and are ASCII.
plain(<<C, Rest/binary>>) when C >= 32, C < 128, C =/= $", C =/= $\\ -> plain(Rest);
plain(<<>>) -> true;
plain(_) -> false.

%% Runs that need no escape are copied whole.
escape(<<>>, Text, From, Length, Out) ->
    lists:reverse(Out, [binary:part(Text, From, Length)]);
escape(<<C, Rest/binary>>, Text, From, Length, Out) when C < 32; C =:= $"; C =:= $\\ ->
    Run = binary:part(Text, From, Length),
    escape(Rest, Text, From + Length + 1, 0, [escaped(C), Run | Out]);
escape(<<C, Rest/binary>>, Text, From, Length, Out) when C < 128 ->
    escape(Rest, Text, From, Length + 1, Out);
escape(<<C/utf8, Rest/binary>>, Text, From, Length, Out) ->
    Bytes = if C < 16#800 -> 2; C < 16#10000 -> 3; true -> 4 end,
    escape(Rest, Text, From, Length + Bytes, Out);
escape(_, Text, _, _, _) ->
    error({not_json, Text}).

escaped($") -> <<"\\\"">>;
escaped($\\) -> <<"\\\\">>;
escaped($\n) -> <<"\\n">>;
escaped($\r) -> <<"\\r">>;
escaped($\t) -> <<"\\t">>;
escaped(C) -> io_lib:format("\\u~4.16.0b", [C]).

%% @doc The term that JSON text stands for.
-spec decode(binary()) -> term().
decode(Text) when is_binary(Text) ->
    case unicode:characters_to_binary(Text) of
        Text -> ok;
        _ -> error({json, invalid_utf8, 0})
    end,
    {Value, Rest} = value(space(Text), Text),
    case space(Rest) of
        <<>> -> Value;
        Trailing -> bad(Trailing, Text)
    end.

bad(<<>>, Text) -> error({json, unexpected_end, byte_size(Text)});
bad(Rest, Text) -> error({json, unexpected_character, byte_size(Text) - byte_size(Rest)}).

space(<<C, Rest/binary>>) when C =:= $\s; C =:= $\n; C =:= $\t; C =:= $\r -> space(Rest);
space(Rest) -> Rest.

value(<<$", Rest/binary>>, Text) -> string(Rest, Text);
value(<<${, Rest/binary>>, Text) -> object(space(Rest), Text);
value(<<$[, Rest/binary>>, Text) -> array(space(Rest), Text);
value(<<"true", Rest/binary>>, _) -> {true, Rest};
value(<<"false", Rest/binary>>, _) -> {false, Rest};
value(<<"null", Rest/binary>>, _) -> {null, Rest};
value(<<C, _/binary>> = Rest, Text) when C =:= $-; C >= $0, C =< $9 -> number(Rest, Text);
value(Rest, Text) -> bad(Rest, Text).

array(<<$], Rest/binary>>, _) -> {[], Rest};
array(Rest, Text) -> array(Rest, Text, []).

array(Rest, Text, Values) ->
    {Value, After} = value(Rest, Text),
    case space(After) of
        <<$,, More/binary>> -> array(space(More), Text, [Value | Values]);
        <<$], More/binary>> -> {lists:reverse(Values, [Value]), More};
        Other -> bad(Other, Text)
    end.

object(<<$}, Rest/binary>>, _) -> {#{}, Rest};
object(Rest, Text) -> object(Rest, Text, []).

object(<<$", Rest/binary>>, Text, Members) ->
    {Key, AfterKey} = string(Rest, Text),
    case space(AfterKey) of
        <<$:, Colon/binary>> ->
            {Value, After} = value(space(Colon), Text),
            case space(After) of
                <<$,, More/binary>> -> object(space(More), Text, [{Key, Value} | Members]);
                <<$}, More/binary>> -> {maps:from_list(lists:reverse(Members, [{Key, Value}])), More};
                Other -> bad(Other, Text)
            end;
        Other ->
            bad(Other, Text)
    end;
object(Rest, Text, _) ->
    bad(Rest, Text).

%% A string without an escape is a part of the text, copied so that it does not keep the whole.
string(Rest, Text) ->
    Length = run(Rest, 0),
    case Rest of
        <<Run:Length/binary, $", After/binary>> -> {binary:copy(Run), After};
        <<Run:Length/binary, $\\, After/binary>> -> unescape(After, Text, Run);
        <<_:Length/binary, Other/binary>> -> bad(Other, Text)
    end.

run(<<C, Rest/binary>>, Length) when C >= 32, C =/= $", C =/= $\\ -> run(Rest, Length + 1);
run(_, Length) -> Length.

unescape(<<C, Rest/binary>>, Text, Out) when C =/= $u ->
    Char =
        case C of
            $" -> $";
            $\\ -> $\\;
            $/ -> $/;
            $b -> $\b;
            $f -> $\f;
            $n -> $\n;
            $r -> $\r;
            $t -> $\t;
            _ -> bad(<<C, Rest/binary>>, Text)
        end,
    more(Rest, Text, <<Out/binary, Char>>);
unescape(<<$u, Hex:4/binary, Rest/binary>> = At, Text, Out) ->
    case {hex(Hex, At, Text), Rest} of
        {High, <<"\\u", LowHex:4/binary, After/binary>>} when High >= 16#D800, High =< 16#DBFF ->
            case hex(LowHex, At, Text) of
                Low when Low >= 16#DC00, Low =< 16#DFFF ->
                    Char = 16#10000 + ((High - 16#D800) bsl 10) + (Low - 16#DC00),
                    more(After, Text, <<Out/binary, Char/utf8>>);
                _ ->
                    bad(At, Text)
            end;
        {Char, _} when Char < 16#D800; Char > 16#DFFF ->
            more(Rest, Text, <<Out/binary, Char/utf8>>);
        _ ->
            bad(At, Text)
    end;
unescape(Rest, Text, _) ->
    bad(Rest, Text).

more(Rest, Text, Out) ->
    Length = run(Rest, 0),
    case Rest of
        <<Run:Length/binary, $", After/binary>> -> {<<Out/binary, Run/binary>>, After};
        <<Run:Length/binary, $\\, After/binary>> -> unescape(After, Text, <<Out/binary, Run/binary>>);
        <<_:Length/binary, Other/binary>> -> bad(Other, Text)
    end.

hex(Digits, At, Text) ->
    try
        binary_to_integer(Digits, 16)
    of
        %% binary_to_integer/2 takes a sign.
        Number when Number >= 0, binary_part(Digits, 0, 1) =/= <<"+">> -> Number;
        _ -> bad(At, Text)
    catch
        error:badarg -> bad(At, Text)
    end.

%% number = [ - ] int [ frac ] [ exp ]
number(Rest, Text) ->
    Sign = case Rest of <<$-, _/binary>> -> 1; _ -> 0 end,
    <<_:Sign/binary, Unsigned/binary>> = Rest,
    Int = digits(Unsigned, 0),
    case Unsigned of
        _ when Int =:= 0 -> bad(Unsigned, Text);
        <<$0, _/binary>> when Int > 1 -> bad(Unsigned, Text);
        _ -> ok
    end,
    <<_:Int/binary, AfterInt/binary>> = Unsigned,
    {Fraction, AfterFraction} = fraction(AfterInt, Text),
    {Exponent, After} = exponent(AfterFraction, Text),
    Whole = binary:part(Rest, 0, Sign + Int),
    case {Fraction, Exponent} of
        {<<>>, <<>>} ->
            {binary_to_integer(Whole), After};
        {<<>>, _} ->
            {float(<<Whole/binary, ".0", Exponent/binary>>, Rest, Text), After};
        _ ->
            {float(<<Whole/binary, Fraction/binary, Exponent/binary>>, Rest, Text), After}
    end.

float(Digits, Rest, Text) ->
    try
        binary_to_float(Digits)
    catch
        %% Out of range for a double.
        error:badarg -> bad(Rest, Text)
    end.

fraction(<<$., Rest/binary>> = At, Text) ->
    case digits(Rest, 0) of
        0 -> bad(Rest, Text);
        Length -> {binary:part(At, 0, Length + 1), binary:part(Rest, Length, byte_size(Rest) - Length)}
    end;
fraction(Rest, _) ->
    {<<>>, Rest}.

exponent(<<E, Rest/binary>>, Text) when E =:= $e; E =:= $E ->
    {Sign, Unsigned} =
        case Rest of
            <<$-, More/binary>> -> {<<"-">>, More};
            <<$+, More/binary>> -> {<<>>, More};
            _ -> {<<>>, Rest}
        end,
    case digits(Unsigned, 0) of
        0 ->
            bad(Unsigned, Text);
        Length ->
            <<Digits:Length/binary, After/binary>> = Unsigned,
            {<<$e, Sign/binary, Digits/binary>>, After}
    end;
exponent(Rest, _) ->
    {<<>>, Rest}.

digits(<<C, Rest/binary>>, Length) when C >= $0, C =< $9 -> digits(Rest, Length + 1);
digits(_, Length) -> Length.
