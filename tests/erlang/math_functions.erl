%% Every function of math, to the last digit.
-module(math_functions).
-export([main/0, id/1]).

main() ->
    Xs = [id(0.5), 1, 2.0, 0.1, 10],
    {[{math:sin(X), math:cos(X), math:tan(X), math:atan(X), math:exp(X), math:log(X), math:log2(X),
     math:log10(X), math:sqrt(X), math:sinh(X), math:cosh(X), math:tanh(X), math:asinh(X), math:floor(X),
     math:ceil(X), math:erf(X), math:erfc(X)} || X <- Xs],
     [{math:asin(X), math:acos(X), math:atanh(X)} || X <- [id(0.5), -0.25, 0]], math:acosh(id(2.0)), math:pi(),
      [math:pow(X, Y) || {X, Y} <- [{2, 10}, {2.5, 3}, {0, 0}, {-2, 3}, {9, 0.5}]], math:atan2(1, -1),
       math:atan2(id(0.0), -1), math:fmod(id(7.5), 2), math:fmod(-7, 3)}.

%% Hides a value from the compiler.
id(X) -> X.
