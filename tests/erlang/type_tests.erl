%% Every type test over a term of every type.
-module(type_tests).
-export([main/0, id/1]).

main() ->
    Ts = [id(1), 1 bsl 70, 1.5, a, true, "s", [], {}, <<>>, <<1:1>>, #{}, fun() -> 1 end, fun lists:map/2,
        self(), make_ref(), [1 | 2]],
    [[F(T) || F <- [fun is_integer/1, fun is_float/1, fun is_number/1, fun is_atom/1, fun is_boolean/1,
     fun is_list/1, fun is_tuple/1, fun is_binary/1, fun is_bitstring/1, fun is_map/1, fun is_function/1,
     fun is_pid/1, fun is_reference/1, fun is_port/1]] || T <- Ts].

%% Hides a value from the compiler.
id(X) -> X.
