%% A choice among floats, atoms, integers, strings and binaries in one function.
-module(pat_select_mixed).
-export([main/0, id/1]).

main() ->
    [f(X) || X <- [id(1), 1.0, 1.5, a, "a", <<"a">>, [], {}, <<>>, "abc", <<"abc">>, {a}, {a, b}, #{},
     1 bsl 70, <<1:1>>]].

f(1) -> int; f(1.0) -> float; f(1.5) -> float15; f(a) -> atom; f("a") -> str; f(<<"a">>) -> bin; f([]) -> nil;
f({}) -> empty; f(<<>>) -> empty_bin; f("abc") -> abc; f(<<"abc">>) -> bin_abc; f({_}) -> tuple1;
f({_, _}) -> tuple2; f(#{}) -> map; f(16#400000000000000000) -> big; f(_) -> other.

%% Hides a value from the compiler.
id(X) -> X.
