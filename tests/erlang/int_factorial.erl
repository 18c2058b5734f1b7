%% Factorials of 1 to 60 and the digits of 1,000 factorial.
-module(int_factorial).
-export([main/0]).

main() ->
    {[fact(N) || N <- lists:seq(0, 60)], length(integer_to_list(fact(1000))), erlang:phash2(fact(1000)),
     fact(1000) rem 1000003}.

fact(0) -> 1;
fact(N) -> N * fact(N - 1).
