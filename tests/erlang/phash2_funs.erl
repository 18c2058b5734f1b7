%% erlang:phash2 of an external fun, of atoms beyond ASCII and of nested mixtures is that of OTP.
-module(phash2_funs).
-export([main/0, id/1]).

main() ->
    [erlang:phash2(T) || T <- [fun erlang:abs/1, fun lists:map/2, id(list_to_atom([229, 228, 246])),
     list_to_atom([8364, 945]), {fun lists:map/2, [1.5, #{x => fun erlang:abs/1}]}]].

%% Hides a value from the compiler.
id(X) -> X.
