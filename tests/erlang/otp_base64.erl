%% base64: encode, decode, padding, whitespace, errors.
-module(otp_base64).
-export([main/0, id/1]).

main() ->
    {[base64:encode(B) || B <- [id(<<>>), <<"f">>, <<"fo">>, <<"foo">>, <<"foob">>, <<255, 254, 253>>]],
     base64:encode_to_string("hello"), [base64:decode(S)
     || S <- [<<"Zm9v">>, <<"Zg==">>, "Zm8=", <<"Z m\n9v">>]], base64:decode_to_string(<<"aGVsbG8=">>),
     base64:mime_decode(<<"Zm9v!!YmFy">>), [e(fun() -> base64:decode(id(S)) end)
     || S <- [<<"Zg=">>, <<"Z">>, <<"Zm9v!">>, <<"====">>]],
     base64:decode(base64:encode(list_to_binary(lists:seq(0, 255)))) =:= list_to_binary(lists:seq(0, 255))}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
