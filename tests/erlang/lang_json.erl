%% A JSON reader and writer by binaries and maps.
-module(lang_json).
-export([main/0]).

main() ->
    [begin V = parse(S), {V, iolist_to_binary(write(V)), parse(iolist_to_binary(write(V))) =:= V} end
     || S <- [<<"{\"a\": [1, 2.5, -3e2, true, null], \"b\": {\"c\": \"x\\n\\u00e9\\\"\"}, \"d\": []}">>,
     <<" [ ] ">>, <<"\"\"">>, <<"12345678901234567890123">>]]
     ++ [e(fun() -> parse(S) end) || S <- [<<"{">>, <<"[1,]">>, <<"nul">>, <<"1 2">>]].

parse(B) -> {V, R} = value(ws(B)), case ws(R) of <<>> -> V; X -> throw({trailing, X}) end.

ws(<<C, R/binary>>) when C =:= $\s; C =:= $\n; C =:= $\t -> ws(R);
ws(B) -> B.

value(<<"true", R/binary>>) -> {true, R};
value(<<"false", R/binary>>) -> {false, R};
value(<<"null", R/binary>>) -> {null, R};
value(<<$", R/binary>>) -> string(R, <<>>);
value(<<$[, R/binary>>) -> array(ws(R), []);
value(<<${, R/binary>>) -> object(ws(R), #{});
value(<<C, _/binary>> = B) when C =:= $-; C >= $0, C =< $9 -> number(B, <<>>);
value(B) -> throw({unexpected, B}).

string(<<$", R/binary>>, Acc) -> {Acc, R};
string(<<"\\u", H:4/binary, R/binary>>, Acc) -> string(R, <<Acc/binary, (binary_to_integer(H, 16))/utf8>>);
string(<<"\\n", R/binary>>, Acc) -> string(R, <<Acc/binary, $\n>>);
string(<<$\\, C, R/binary>>, Acc) -> string(R, <<Acc/binary, C>>);
string(<<C/utf8, R/binary>>, Acc) -> string(R, <<Acc/binary, C/utf8>>).

number(<<C, R/binary>>, Acc) when C >= $0, C =< $9; C =:= $-; C =:= $+; C =:= $.; C =:= $e;
C =:= $E -> number(R, <<Acc/binary, C>>);
number(R, Acc) -> {try binary_to_integer(Acc) catch error:badarg -> float_of(Acc) end, R}.

float_of(B) -> try binary_to_float(B) catch error:badarg -> binary_to_float(binary:replace(B, <<"e">>,
    <<".0e">>)) end.

array(<<$], R/binary>>, []) -> {[], R};
array(B, Acc) -> {V, R} = value(ws(B)), case ws(R) of <<$,, Q/binary>> -> array(ws(Q), [V | Acc]);
<<$], Q/binary>> -> {lists:reverse(Acc, [V]), Q}; Q -> throw({in_array, Q}) end.

object(<<$}, R/binary>>, M) -> {M, R};
object(<<$", B/binary>>, M) -> {K, R} = string(B, <<>>), <<$:, Q/binary>> = ws(R), {V, S} = value(ws(Q)),
    case ws(S) of <<$,, X/binary>> -> object(ws(X), M#{K => V}); <<$}, X/binary>> -> {M#{K => V}, X} end;
object(B, _) -> throw({in_object, B}).

write(M) when is_map(M) -> [${, lists:join($,, [[write(K), $:, write(V)] || {K, V} <- maps:to_list(M)]), $}];
write(L) when is_list(L) -> [$[, lists:join($,, [write(X) || X <- L]), $]];
write(B) when is_binary(B) -> [$", [case C of $" -> "\\\""; $\n -> "\\n";
_ when C > 127 -> io_lib:format("\\u~4.16.0b", [C]); _ -> C end || <<C/utf8>> <= B], $"];
write(N) when is_integer(N) -> integer_to_binary(N);
write(F) when is_float(F) -> float_to_binary(F, [short]);
write(A) -> atom_to_binary(A).

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.
