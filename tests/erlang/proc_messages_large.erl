%% Large terms sent between processes are equal on both sides and independent.
-module(proc_messages_large).
-export([main/0]).

main() ->
    T = {lists:seq(1, 5000), maps:from_list([{I, {I}} || I <- lists:seq(1, 500)]), binary:copy(<<"z">>, 10000),
        fun(X) -> {X, 1} end}, S = self(),
    P = spawn(fun() -> receive X -> S ! {self(), X, erlang:phash2(element(1, X))} end end), P ! T,
    receive {P, X, H} -> {X =:= T, H =:= erlang:phash2(element(1, T)), (element(4, X))(a),
        erts_debug:flat_size(element(1, X))} end.
