%% Pipelines of results: nested cases, throws, folds that stop early.
-module(lang_maybe_shapes).
-export([main/0]).

main() ->
    [{K, a(K), b(K), c(K)} || K <- [ok, first, second, third]].

a(K) -> case s1(K) of {ok, A} -> case s2(K, A) of {ok, B} -> case s3(K, B) of {ok, C} -> {ok, C}; E -> E end;
E -> E end; E -> E end.
b(K) -> try {ok, v(s3(K, v(s2(K, v(s1(K))))))} catch throw:E -> E end.
c(K) -> lists:foldl(fun(F, {ok, V}) -> F(V); (_, E) -> E end, s1(K),
    [fun(V) -> s2(K, V) end, fun(V) -> s3(K, V) end]).

v({ok, V}) -> V;
v(E) -> throw(E).

s1(first) -> {error, 1}; s1(_) -> {ok, 10}.
s2(second, V) -> {error, {2, V}}; s2(_, V) -> {ok, V + 1}.
s3(third, V) -> {error, [3, V]}; s3(_, V) -> {ok, V * 2}.
