%% integer, float, atom and term text conversions round trip.
-module(bif_list_bitstring_conversions).
-export([main/0, id/1]).

main() ->
    Ns = [id(0), -7, 1 bsl 70], Fs = [id(1.5), -0.25, 1.0e-7],
    {[list_to_integer(integer_to_list(N)) =:= N andalso binary_to_integer(integer_to_binary(N, 36), 36) =:= N
     || N <- Ns], [list_to_float(float_to_list(F)) == F andalso binary_to_float(float_to_binary(F,
     [short])) =:= F || F <- Fs], [element(2,
      erl_parse:parse_term(element(2, erl_scan:string(lists:flatten(io_lib:format("~w.", [T])))))) =:= T
      || T <- [Ns, Fs, {a, 'B c', "str", [1 | 2]}, #{k => <<"v">>}]], float_to_list(id(3.0e15), [short]),
      float_to_list(id(1.0e-3), [{decimals, 2}]), e(fun() -> float_to_list(id(1.0), [{decimals, 254}]) end),
      e(fun() -> float_to_list(id(1.0), id([{bad, 1}])) end), e(fun() -> float_to_list(id(1), [short]) end),
      e(fun() -> float_to_list(1.0e300, [{decimals, id(200)}]) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
