%% compile:forms of a small module, loaded and called; errors and warnings as terms.
-module(otp_compile_forms).
-export([main/0]).

main() ->
    {ok, Code} = comp("-module(corpus_made). -export([f/1, g/2]). f(X) when X > 0 -> {pos, X}; f(X) -> {neg, -X}. "
                      "g(A, B) -> [A + I || I <- lists:seq(1, B)]."),
    {module, corpus_made} = code:load_binary(corpus_made, "corpus_made.erl", Code),
    R = [corpus_made:f(5), corpus_made:f(-5), corpus_made:g(10, 3), e(fun() -> corpus_made:g(a, 1) end),
        lists:sort(corpus_made:module_info(exports)), comp("-module(corpus_bad). f(X) -> Y."),
        comp("-module(corpus_warn). -export([f/1]). f(X) -> 1."),
        comp("-module(corpus_undef). -export([nope/0]).")],
    code:delete(corpus_made), code:purge(corpus_made), R.

comp(S) ->
    {ok, T, _} = erl_scan:string(S), {Forms, []} = lists:foldl(fun({dot, _} = D, {Fs, Acc}) -> {ok,
     F} = erl_parse:parse_form(lists:reverse([D | Acc])), {[F | Fs], []};
     (X, {Fs, Acc}) -> {Fs, [X | Acc]} end, {[], []}, T),
    case compile:forms(lists:reverse(Forms), [return]) of {ok, _, B, []} -> {ok, B};
    {ok, M, B, W} when is_binary(B) -> {ok, M, W}; E -> E end.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.
