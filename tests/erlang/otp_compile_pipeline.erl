%% A module that uses many features, compiled from forms with options and run.
-module(otp_compile_pipeline).
-export([main/0]).

main() ->
    Src = "-module(corpus_pipe). -export([run/1]). -record(r, {a, b = 2}). "
          "run(N) -> R = #r{a = N}, M = #{k => R#r.b}, B = <<N:16, 1.5/float>>, <<X:16, F/float>> = B, "
          "Fun = fun(Y) -> Y + X end, L = [Fun(I) || I <- lists:seq(1, N), I rem 2 =:= 0], "
          "try maps:get(nokey, M) catch error:{badkey, K} -> {K, L, F, R#r{b = new}, "
          "case N of 1 -> one; _ when N > 3 -> big; _ -> small end, receive after 0 -> timeout end} end.",
    {ok, T, _} = erl_scan:string(Src), Forms = forms(T, [], []),
    [begin {ok, corpus_pipe, B} = compile:forms(Forms, O), {module, _} = code:load_binary(corpus_pipe, "x", B),
     R = {corpus_pipe:run(1), corpus_pipe:run(6)}, code:delete(corpus_pipe), code:purge(corpus_pipe), R end
     || O <- [[], [inline]]].

forms([], [], Fs) -> lists:reverse(Fs);
forms([{dot, _} = D | T], Acc, Fs) -> {ok, F} = erl_parse:parse_form(lists:reverse([D | Acc])),
    forms(T, [], [F | Fs]);
forms([X | T], Acc, Fs) -> forms(T, [X | Acc], Fs).
