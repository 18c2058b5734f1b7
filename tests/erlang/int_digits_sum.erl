%% Reading a big integer digit by digit, by div and rem and by its text.
-module(int_digits_sum).
-export([main/0, id/1]).

main() ->
    N = id(31415926535897932384626433832795028841971693993751058209749445923078164),
    {digits(N, []), lists:sum(digits(N, [])), [C - $0 || C <- integer_to_list(N)] =:= digits(N, [])}.

digits(0, Acc) -> Acc;
digits(N, Acc) -> digits(N div 10, [N rem 10 | Acc]).

%% Hides a value from the compiler.
id(X) -> X.
