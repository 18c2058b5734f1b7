%% trunc of a large float gives the exact big integer.
-module(float_trunc_big).
-export([main/0, id/1]).

main() ->
    [trunc(id(F)) || F <- [1.0e18, 1.0e19, 1.0e22, 1.0e23, 1.0e40, -1.0e40, 1.7976931348623157e308,
     576460752303423488.0, -576460752303423489.0]].

%% Hides a value from the compiler.
id(X) -> X.
