%% erl_eval computes expressions with bindings, funs and errors.
-module(otp_erl_eval).
-export([main/0]).

main() ->
    [ev(S, B) || {S, B} <- [{"1 + 2 * 3.", []}, {"X + Y.", [{'X', 1}, {'Y', 2}]}, {"Z = 5, Z * Z.", []},
     {"[X || X <- lists:seq(1, 5), X rem 2 =:= 1].", []},
      {"case {a, 1} of {b, _} -> no; {a, N} -> N end.", []},
       {"F = fun(0) -> 1; (N) -> N * 2 end, [F(0), F(4)].", []},
        {"Fact = fun F(0) -> 1; F(N) -> N * F(N - 1) end, Fact(20).", []},
         {"try error(x) catch error:E -> {caught, E} end.", []}, {"<<A, B:16>> = <<1, 2, 3>>, {A, B}.", []},
          {"M = #{a => 1}, M#{b => 2}.", []}, {"self() ! hi, receive X -> X end.", []},
           {"lists:map(fun(X) -> X + 1 end, [1, 2]).", []}, {"1 / 0.", []}, {"X = 1, X = 2.", []},
            {"unbound_fun().", []}, {"Unbound.", []}, {"if false -> 1 end.", []}, {"catch throw(t).", []},
             {"fun erlang:abs/1.", []}, {"begin A = 1, B = A + 1 end, {A, B}.", []}, {"\"str\" ++ [$x].", []},
              {"not true orelse (1 < 2 andalso false).", []},
               {"<< <<(X * 2)>> || <<X>> <= <<1, 2, 3>> >>.", []}]].

ev(S, B) ->
    {ok, T, _} = erl_scan:string(S), {ok, E} = erl_parse:parse_exprs(T),
    try erl_eval:exprs(E, B) of {value, V, Bs} -> {V, [K || {K, _} <- Bs]} catch C:R -> {C, R} end.
