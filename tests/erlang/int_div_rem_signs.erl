%% div truncates towards zero and rem has the sign of the dividend.
-module(int_div_rem_signs).
-export([main/0, id/1]).

main() ->
    Ns = [id(7), -7, 8, -8, 1, -1, 0],
    Ds = [id(2), -2, 3, -3, 7, -7, 100],
    [{X div D, X rem D} || X <- Ns, D <- Ds].

%% Hides a value from the compiler.
id(X) -> X.
