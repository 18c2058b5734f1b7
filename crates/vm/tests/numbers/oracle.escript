#!/usr/bin/env escript
%% -*- erlang -*-
%% Answers questions about numbers with stock OTP: one question a line of the first file, one
%% answer a line of the second. Integers are hexadecimal, floats their 64 bits in hexadecimal,
%% text stands as hexadecimal bytes after an `x`. An exception answers with its reason.
-mode(compile).

main([Questions, Answers]) ->
    {ok, Text} = file:read_file(Questions),
    Lines = binary:split(Text, <<"\n">>, [global, trim]),
    ok = file:write_file(Answers, [[answer(Line), $\n] || Line <- Lines]).

answer(Line) ->
    [Operation | Arguments] = binary:split(Line, <<" ">>, [global]),
    try show(evaluate(binary_to_atom(Operation), Arguments))
    catch error:Reason -> atom_to_binary(Reason)
    end.

evaluate(add, [A, B]) -> int(A) + int(B);
evaluate(sub, [A, B]) -> int(A) - int(B);
evaluate(mul, [A, B]) -> int(A) * int(B);
evaluate('div', [A, B]) -> int(A) div int(B);
evaluate('rem', [A, B]) -> int(A) rem int(B);
evaluate('band', [A, B]) -> int(A) band int(B);
evaluate('bor', [A, B]) -> int(A) bor int(B);
evaluate('bxor', [A, B]) -> int(A) bxor int(B);
evaluate('bnot', [A]) -> bnot int(A);
evaluate('bsl', [A, B]) -> int(A) bsl int(B);
evaluate('bsr', [A, B]) -> int(A) bsr int(B);
evaluate(neg, [A]) -> -int(A);
evaluate(abs, [A]) -> abs(int(A));
evaluate(cmp, [A, B]) -> compare(int(A), int(B));
evaluate(cmp_float, [A, B]) -> compare(int(A), flt(B));
evaluate(float, [A]) -> float(int(A));
evaluate(to_text, [A, Radix]) -> integer_to_binary(int(A), int(Radix));
evaluate(from_text, [Text, Radix]) ->
    Integer = list_to_integer(binary_to_list(txt(Text)), int(Radix)),
    Integer = binary_to_integer(txt(Text), int(Radix));
evaluate(segment_big, [A, Bits]) -> segment(<<(int(A)):(int(Bits))/big>>);
evaluate(segment_little, [A, Bits]) -> segment(<<(int(A)):(int(Bits))/little>>);
evaluate(match_big_unsigned, [Bytes, Bits]) ->
    Size = int(Bits), <<X:Size/big-unsigned, _/bits>> = txt(Bytes), X;
evaluate(match_big_signed, [Bytes, Bits]) ->
    Size = int(Bits), <<X:Size/big-signed, _/bits>> = txt(Bytes), X;
evaluate(match_little_unsigned, [Bytes, Bits]) ->
    Size = int(Bits), <<X:Size/little-unsigned, _/bits>> = txt(Bytes), X;
evaluate(match_little_signed, [Bytes, Bits]) ->
    Size = int(Bits), <<X:Size/little-signed, _/bits>> = txt(Bytes), X;
evaluate(external, [A]) -> {text, term_to_binary(int(A))};
evaluate(trunc, [A]) -> trunc(flt(A));
evaluate(round, [A]) -> round(flt(A));
evaluate(floor, [A]) -> floor(flt(A));
evaluate(ceil, [A]) -> ceil(flt(A));
evaluate(write, [A]) -> same(flt(A), []);
evaluate(short, [A]) -> same(flt(A), [short]);
evaluate(scientific, [A, Digits]) -> same(flt(A), [{scientific, int(Digits)}]);
evaluate(decimals, [A, Digits]) -> same(flt(A), [{decimals, int(Digits)}]);
evaluate(decimals_compact, [A, Digits]) -> same(flt(A), [{decimals, int(Digits)}, compact]);
evaluate(read, [Text]) ->
    Float = binary_to_float(txt(Text)),
    true = Float =:= list_to_float(binary_to_list(txt(Text))),
    Float;
evaluate(Function, Arguments) ->
    "math_" ++ Name = atom_to_list(Function),
    apply(math, list_to_atom(Name), [flt(A) || A <- Arguments]).

same(Float, Options) ->
    Text = float_to_binary(Float, Options),
    Text = list_to_binary(float_to_list(Float, Options)).

segment(Bits) ->
    Spare = (8 - bit_size(Bits) rem 8) rem 8,
    {text, <<Bits/bits, 0:Spare>>}.

compare(A, B) when A < B -> <<"less">>;
compare(A, B) when A > B -> <<"greater">>;
compare(A, B) when A == B -> <<"equal">>.

%% Long ones by their bytes, as OTP reads and writes text in quadratic time.
int(<<"-", Hex/binary>>) -> -int(Hex);
int(Hex) when byte_size(Hex) < 100 -> binary_to_integer(Hex, 16);
int(Hex) when byte_size(Hex) rem 2 =:= 1 -> int(<<"0", Hex/binary>>);
int(Hex) -> binary:decode_unsigned(binary:decode_hex(Hex)).
flt(Hex) -> <<Float/float>> = <<(int(Hex)):64>>, Float.
txt(<<"x", Hex/binary>>) -> << <<(int(Byte))>> || <<Byte:2/binary>> <= Hex >>.

show({text, Bytes}) -> [$x, [io_lib:format("~2.16.0B", [Byte]) || <<Byte>> <= Bytes]];
show(Integer) when is_integer(Integer), abs(Integer) bsr 1000 =:= 0 -> integer_to_binary(Integer, 16);
show(Integer) when is_integer(Integer), Integer < 0 -> [$-, show(-Integer)];
show(Integer) when is_integer(Integer) ->
    case binary:encode_hex(binary:encode_unsigned(Integer)) of
        <<"0", Hex/binary>> -> Hex;
        Hex -> Hex
    end;
show(Float) when is_float(Float) -> <<Bits:64>> = <<Float/float>>, integer_to_binary(Bits, 16);
show(Text) -> Text.
