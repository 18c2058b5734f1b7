%% OTP's own compiler as a program: large, branchy, allocating.
-module(bench_compiler).

-export([programs/0]).

programs() ->
    [{compile_forms, 4, fun forms/0, fun(F) -> {ok, fz_bench, B} = compile:forms(F, [binary]), byte_size(B) > 100 end},
     {lint, 35, fun forms/0, fun(F) -> [erl_lint:module(F, "x") || _ <- lists:seq(1, 5)] end},
     {eval, 1, fun() -> {ok, T, _} = erl_scan:string("F = fun G(0, A) -> A; G(N, A) -> G(N - 1, A + N rem 3) end, F(20000, 0)."),
                     {ok, E} = erl_parse:parse_exprs(T), E end,
      fun(E) -> {value, V, _} = erl_eval:exprs(E, []), V end}].

forms() ->
    Texts = ["-module(fz_bench).", "-export([start/1])."] ++
        [lists:concat(["f", I, "(X, [H | T]) when X > ", I, ", is_list(T) -> case H of {a, Y} -> #{k => [Y + X * ", I,
                       " | T]}; <<A:8, R/binary>> -> {A, R, [Z * 2 || Z <- T, Z > ", I, "]}; _ -> try f", I,
                       "(X - 1, T) catch error:_ -> ok end end; f", I, "(_, _) -> fun(Z) -> Z end."])
         || I <- lists:seq(1, 15)] ++
        ["start(X) -> [" ++ lists:append(lists:join(", ", [lists:concat(["f", I, "(X, [])"]) || I <- lists:seq(1, 15)])) ++ "]."],
    [begin {ok, Tokens, _} = erl_scan:string(T), {ok, F} = erl_parse:parse_form(Tokens), F end || T <- Texts].
