%% andalso and orelse as expressions return the last operand and skip the rest.
-module(pat_andalso_values).
-export([main/0, id/1]).

main() ->
    put(n, 0),
    T = fun(V) -> put(n, get(n) + 1), V end,
    {[A andalso T(x) || A <- [id(true), false]], [A orelse T(y) || A <- [id(true), false]], get(n),
     T(true) andalso T(false) orelse T(last), get(n), T(false) andalso exit(never),
     not (T(true) andalso T(true)), get(n)}.

%% Hides a value from the compiler.
id(X) -> X.
