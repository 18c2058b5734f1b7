%% erl_pp writes forms and expressions back as text.
-module(otp_erl_pp).
-export([main/0]).

main() ->
    P = fun(S) -> {ok, T, _} = erl_scan:string(S), {ok, E} = erl_parse:parse_exprs(T),
        lists:flatten(erl_pp:exprs(E)) end, F = fun(S) -> {ok, T, _} = erl_scan:string(S),
        {ok, E} = erl_parse:parse_form(T), lists:flatten(erl_pp:form(E)) end,
    io:format("~ts~n", [F(
        "long_function_name(Argument1, {tuple, Argument2}, [List | Tail]) when is_atom(Argument1), Argument2 > 10 -> "
        "case Argument1 of first_alternative -> {some_result, Argument2 + 1}; "
        "_ -> lists:map(fun(X) -> X * 2 end, [List | Tail]) end.")]),
    [P("X = 1 + 2 * (3 - 4)."), P("case A of {B, _} when B > 1 -> B; _ -> throw(x) end."),
     P("[X || {X, _} <- L, X =/= a]."), P("try f() of 1 -> 2 catch throw:E -> E after g() end."),
     P("fun(A, B) -> A ! B end."), P("#{a => 1, b := \"str\"}."), P("<<A:8/little, \"x\", B/binary>>."),
     P("if X -> 1; true -> 'A b' end."), P("receive X -> X after 10 -> ok end."), P("R#rec{f = 1}."),
     P("-(-1) bsl not true."), P("fun lists:map/2."), F("-spec f(integer()) -> {ok, [atom()]} | error."),
     F("-record(r, {a = 1 :: integer(), b})."), F("-export([a/1, b/2])."),
     F("f(X) -> X; f(_) when true -> ok.")].
