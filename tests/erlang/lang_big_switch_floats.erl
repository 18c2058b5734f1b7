%% A choice among floats and near floats.
-module(lang_big_switch_floats).
-export([main/0, id/1]).

main() ->
    [f(X) || X <- [id(0.0), 0.1, 0.2, 0.1 + 0.2, 0.3, 1.0, 1.0e10, -1.5, 3.141592653589793, 1.0e-10, 1,
     2.718281828459045]].

f(0.0) -> zero; f(0.1) -> tenth; f(0.2) -> fifth; f(0.3) -> three_tenths; f(1.0) -> one; f(1.0e10) -> big;
f(-1.5) -> minus; f(3.141592653589793) -> pi; f(1.0e-10) -> tiny; f(X) when is_float(X) -> {float, X};
f(X) -> {no_float, X}.

%% Hides a value from the compiler.
id(X) -> X.
