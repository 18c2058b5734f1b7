%% term_to_iovec gives the bytes of term_to_binary, split as it likes.
-module(etf_iovec).
-export([main/0, id/1]).

main() ->
    T = id({binary:copy(<<"x">>, 300), [a, "b"], 1.5}),
    {iolist_to_binary(term_to_iovec(T)) =:= term_to_binary(T), lists:all(fun is_binary/1, term_to_iovec(T)),
     iolist_to_binary(term_to_iovec(id(x), [{minor_version, 1}])), e(fun() -> term_to_iovec(T, id(bad)) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
